// A command of WASI: keeps the lines of a file, or of standard input, that speak of errors or
// warnings. What it takes and says is told in tools/guests/README.md.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"time"
)

const (
	noneKept = 3
	noFile   = 4
	noClock  = 5
)

func clocksRun() bool {
	before := time.Now()
	time.Sleep(10 * time.Millisecond)
	return time.Since(before) >= 10*time.Millisecond && time.Now().Year() > 2020
}

func main() {
	if !clocksRun() {
		os.Exit(noClock)
	}
	in := os.Stdin
	if len(os.Args) > 1 {
		var err error
		if in, err = os.Open(os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, "cannot read", os.Args[1])
			os.Exit(noFile)
		}
	}
	kept := 0
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		line := lines.Text()
		if strings.Contains(line, "ERROR") || strings.Contains(line, "WARN") {
			fmt.Println(os.Getenv("PREFIX") + line)
			kept++
		}
	}
	if len(os.Args) > 2 {
		text := fmt.Sprintln(kept, "kept")
		if err := os.WriteFile(os.Args[2], []byte(text), 0o666); err != nil {
			fmt.Fprintln(os.Stderr, "cannot write", os.Args[2])
			os.Exit(noFile)
		}
	}
	if kept == 0 {
		os.Exit(noneKept)
	}
}
