//! command.rs: a command of WASI: keeps the lines of a file, or of standard input, that speak
//! of errors or warnings. What it takes and says is told in tools/guests/README.md.
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::process::exit;
use std::time::{Duration, Instant, SystemTime};

const NONE_KEPT: i32 = 3;
const NO_FILE: i32 = 4;
const NO_CLOCK: i32 = 5;

fn clocks_run() -> bool {
    let before = Instant::now();
    std::thread::sleep(Duration::from_millis(10));
    let year_2020 = SystemTime::UNIX_EPOCH + Duration::from_secs(1577836800);
    before.elapsed() >= Duration::from_millis(10) && SystemTime::now() > year_2020
}

fn filter(input: &mut dyn BufRead, prefix: &str) -> io::Result<usize> {
    let mut kept = 0;
    for line in input.lines() {
        let line = line?;
        if line.contains("ERROR") || line.contains("WARN") {
            println!("{}{}", prefix, line);
            kept += 1;
        }
    }
    Ok(kept)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let prefix = std::env::var("PREFIX").unwrap_or_default();
    if !clocks_run() {
        exit(NO_CLOCK);
    }
    let kept = match arguments.get(0) {
        None => filter(&mut io::stdin().lock(), &prefix),
        Some(name) => File::open(name).and_then(|f| filter(&mut BufReader::new(f), &prefix)),
    };
    let kept = kept.unwrap_or_else(|_| {
        eprintln!("cannot read {}", arguments[0]);
        exit(NO_FILE)
    });
    if let Some(name) = arguments.get(1) {
        let written = File::create(name).and_then(|mut f| writeln!(f, "{} kept", kept));
        if written.is_err() {
            eprintln!("cannot write {}", name);
            exit(NO_FILE);
        }
    }
    exit(if kept == 0 { NONE_KEPT } else { 0 });
}
