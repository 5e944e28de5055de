//! What a run costs: `cargo bench`. Prints measurements beside their aims and
//! asserts nothing: a slow machine is no failure. Whole processes are timed by
//! the clock, work inside this process by its processor time, so that a busy
//! neighbour counts as little as possible.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench looks at the clock, runs programs and prints"
)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use hosttune::catalog;
use hosttune::formats::{Document, Format};
use hosttune::host::Host;
use hosttune::input::{Problem, Source, Spot};
use hosttune::plan::{Unfit, plan};
use hosttune::render::artefacts;
use hosttune::services;
use hosttune::stack::{self, Stack};
use nix::sys::resource::{UsageWho, getrusage};
use nix::time::{ClockId, clock_gettime};

const TUNE: &str = env!("CARGO_BIN_EXE_tune");
const STACK: &str = "web";
const RUNS: usize = 41;
const PLANS: usize = 10_000;

fn main() {
    // First, while this process is small: a child counts its parent's pages
    // until it becomes another program.
    peak_memory();
    binary_size();
    whole_process();
    start_up();
    let hosts = ec2_hosts();
    let stack = read_stack();
    plan_alone(&hosts, &stack);
    every_type(&hosts, &stack);
    many_renders(&hosts, &stack);
    big_nginx();
}

fn line(what: &str, measured: &str, aim: &str) {
    println!("{what:<48} {measured:>20}   {aim}");
}

fn heading(text: &str) {
    println!("\n{text}");
}

fn peak_memory() {
    heading("one run of 'tune render --profile t3.small'");
    let out = tempfile::tempdir().unwrap();
    run(&mut render_into(&out.path().join("tree")));
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss();
    line(
        "peak resident memory",
        &format!("{peak} KiB"),
        "aim: 16384 KiB",
    );
}

fn binary_size() {
    let bytes = std::fs::metadata(TUNE).unwrap().len();
    let shown = format!("{} KiB", bytes >> 10);
    line("stripped binary", &shown, "aim: 8192 KiB");
}

/// `tune render` beside a process that does nothing and beside tools that fill
/// in one template, in turns, so that all of them meet the same noise.
fn whole_process() {
    heading(&format!(
        "whole processes, best (and median) of {RUNS} in turns"
    ));
    let out = tempfile::tempdir().unwrap();
    let fresh = out.path().join("fresh");
    let same = out.path().join("same");
    run(&mut render_into(&same));
    let python = "import string, sys; t = string.Template(sys.stdin.read()); \
        sys.stdout.write(t.substitute(share='512MiB'))";
    let mut contestants = [
        Contest::new("/bin/true", || Command::new("/bin/true")),
        Contest::new("tune render, every file new", || {
            let _ = std::fs::remove_dir_all(&fresh);
            render_into(&fresh)
        }),
        Contest::new("tune render, nothing changed", || render_into(&same)),
        Contest::new("sed, one file, one value", || {
            command("sed", &["s/@share@/512MiB/", "Cargo.toml"])
        }),
        Contest::new("python3 string.Template, one file, one value", || {
            command("/usr/bin/python3", &["-c", python])
        }),
    ];
    for _ in 0..RUNS {
        for contest in &mut contestants {
            contest.run_once();
        }
    }
    let nothing = contestants.first().map(Contest::best).unwrap();
    for contest in &contestants {
        let more = contest.best().saturating_sub(nothing);
        let aim = if contest.what.starts_with("tune") {
            "; aim: 5 ms more"
        } else {
            ""
        };
        let times = ratio(contest.best(), nothing);
        let note = format!("{times} of /bin/true, {} more{aim}", shown(more));
        line(contest.what, &contest.shown(), &note);
    }
}

/// One of several commands that are run in turns.
struct Contest<'a> {
    what: &'static str,
    make: Box<dyn Fn() -> Command + 'a>,
    times: Vec<Duration>,
}

impl<'a> Contest<'a> {
    fn new(what: &'static str, make: impl Fn() -> Command + 'a) -> Self {
        Self {
            what,
            make: Box::new(make),
            times: Vec::new(),
        }
    }

    fn run_once(&mut self) {
        let mut command = (self.make)();
        let start = Instant::now();
        run(&mut command);
        self.times.push(start.elapsed());
    }

    /// The least: what it takes where nothing else runs.
    fn best(&self) -> Duration {
        self.times.iter().min().copied().unwrap()
    }

    fn shown(&self) -> String {
        let median = median(self.times.clone());
        format!("{} ({})", shown(self.best()), shown(median))
    }
}

/// A name costs the same in a table of 74 rows and of 1395, and a run that
/// looks one up as much as a run that does not.
fn start_up() {
    heading("start-up and the size of the catalogue");
    let mut contestants = [
        Contest::new("tune --version (no catalogue)", || {
            command(TUNE, &["--version"])
        }),
        Contest::new("tune profiles a1.2xlarge (first of 1395)", || {
            command(TUNE, &["profiles", "a1.2xlarge"])
        }),
        Contest::new("tune profiles t3.small", || {
            command(TUNE, &["profiles", "t3.small"])
        }),
        Contest::new("tune profiles fargate-512-1024 (of 74)", || {
            command(TUNE, &["profiles", "fargate-512-1024"])
        }),
    ];
    for _ in 0..RUNS {
        for contest in &mut contestants {
            contest.run_once();
        }
    }
    for contest in &contestants {
        line(contest.what, &contest.shown(), "aim: all the same");
    }
    for (what, name) in [
        ("one look-up among 1395 EC2 types", "t3.small"),
        ("one look-up among 74 Fargate sizes", "fargate-512-1024"),
    ] {
        let ((), time) =
            timed(|| (0..1000).for_each(|_| drop(std::hint::black_box(catalog::find(name)))));
        line(what, &shown(time / 1000), "");
    }
}

fn plan_alone(hosts: &[Host], stack: &Stack) {
    heading(&format!("plan alone, stack {STACK}, in this process"));
    let (_, time) = timed(read_stack);
    line("reading the stack", &shown(time), "");
    let times = hosts.iter().map(|host| {
        let runs = (0..5).map(|_| timed(|| plan(host, stack, Unfit::Refuse)).1);
        median(runs.collect())
    });
    let mut times: Vec<Duration> = times.collect();
    times.sort_unstable();
    line("median host", &shown(median(times.clone())), "aim: 100 µs");
    line(
        "slowest host",
        &shown(times.last().copied().unwrap()),
        "aim: 100 µs",
    );
}

fn every_type(hosts: &[Host], stack: &Stack) {
    heading(&format!("every EC2 type with stack {STACK}"));
    let (mut fitting, mut files) = (0, 0);
    let mut short: Vec<(String, String)> = Vec::new();
    let mut refused: Vec<String> = Vec::new();
    let ((), time) = timed(|| {
        for host in hosts {
            match plan(host, stack, Unfit::Refuse) {
                Ok(plan) if plan.fits => {
                    fitting += 1;
                    files += artefacts(&plan).unwrap().len();
                }
                Ok(plan) => short.push((host.name.clone(), plan.short.to_string())),
                Err(problems) => refused.push(format!("{}: {problems}", host.name)),
            }
        }
    });
    line(
        "types planned and rendered",
        &hosts.len().to_string(),
        &shown(time),
    );
    line("they fit", &fitting.to_string(), &format!("{files} files"));
    line("they do not fit", &short.len().to_string(), "");
    for (name, by) in &short {
        line(&format!("  {name}"), by, "short");
    }
    line("they are refused", &refused.len().to_string(), "");
    for why in &refused {
        println!("  {why}");
    }
}

fn many_renders(hosts: &[Host], stack: &Stack) {
    heading(&format!("{PLANS} plans with their renders, one core"));
    let fitting: Vec<&Host> = hosts
        .iter()
        .filter(|host| plan(host, stack, Unfit::Refuse).is_ok_and(|plan| plan.fits))
        .collect();
    let (mut planning, mut rendering, mut bytes) = (Duration::ZERO, Duration::ZERO, 0);
    for host in fitting.iter().cycle().take(PLANS) {
        let (plan, time) = timed(|| plan(host, stack, Unfit::Refuse).unwrap());
        planning += time;
        let (files, time) = timed(|| artefacts(&plan).unwrap());
        rendering += time;
        bytes += files.iter().map(|file| file.content.len()).sum::<usize>();
    }
    line("plans", &shown(planning), "");
    line(
        "renders",
        &shown(rendering),
        &format!("{} MiB of files", bytes >> 20),
    );
    line("both", &shown(planning + rendering), "aim: 3 s");
}

/// Twice the file has to take twice the time.
fn big_nginx() {
    heading("nginx.conf read into directives and printed, in this process");
    for servers in [10_000, 20_000] {
        let text = nginx_conf(servers);
        let times = (0..5).map(|_| {
            let (same, time) = timed(|| {
                let document = Document::parse(Format::Nginx, text.as_bytes()).unwrap();
                document.bytes() == text.as_bytes()
            });
            assert!(same);
            time
        });
        let aim = if servers == 10_000 { "aim: 50 ms" } else { "" };
        let what = format!("{servers} server blocks, {} KiB", text.len() >> 10);
        line(&what, &shown(median(times.collect())), aim);
    }
}

fn nginx_conf(servers: usize) -> String {
    let server = |n| {
        format!(
            "    server {{\n        listen 80;\n        server_name site{n:05}.example;\n        \
             root /srv/www/{n:05};\n    }}\n"
        )
    };
    format!(
        "http {{\n{}}}\n",
        (0..servers).map(server).collect::<String>()
    )
}

fn ec2_hosts() -> Vec<Host> {
    let machines = catalog::names().filter(|name| name.contains('.'));
    machines.map(|name| catalog::find(name).unwrap()).collect()
}

fn read_stack() -> Stack {
    let source = stack::bundled(STACK).unwrap();
    let no_files = |name: &str, spot: &Spot| -> Result<std::sync::Arc<Source>, Problem> {
        Err(Problem::at(spot, format!("{name} is no bundled stack")))
    };
    let tree = stack::load(&source, &no_files).unwrap();
    let at = Spot::new(&source, 0..0);
    stack::from_tree(STACK, &at, &tree, &services::schemas()).unwrap()
}

fn render_into(directory: &Path) -> Command {
    let mut command = command(
        TUNE,
        &["render", "--profile", "t3.small", "--stack", STACK, "-o"],
    );
    command.arg(directory);
    command
}

fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

fn run(command: &mut Command) {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let status = command.status().unwrap();
    assert!(status.success(), "{command:?}: {status}");
}

/// What the work gives, and the processor time that it takes.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let now = || Duration::from(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).unwrap());
    let start = now();
    let made = work();
    (made, now().saturating_sub(start))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap()
}

fn shown(time: Duration) -> String {
    match time.as_nanos() {
        nanos @ 0..10_000 => format!("{nanos} ns"),
        nanos @ 10_000..10_000_000 => format!("{} µs", nanos / 1000),
        nanos => format!("{} ms", nanos / 1_000_000),
    }
}

fn ratio(time: Duration, of: Duration) -> String {
    let hundredths = time.as_nanos() * 100 / of.as_nanos().max(1);
    format!("{}.{:02} times", hundredths / 100, hundredths % 100)
}
