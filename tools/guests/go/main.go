// A command: keeps the lines of standard input that speak of errors or warnings.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
)

func main() {
	kept := 0
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "ERROR") || strings.Contains(lines.Text(), "WARN") {
			fmt.Println(lines.Text())
			kept++
		}
	}
	fmt.Fprintln(os.Stderr, kept, "kept")
	if kept == 0 {
		os.Exit(3)
	}
}
