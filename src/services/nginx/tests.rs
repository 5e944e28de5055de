//! A test for each row of the formulas.

use proptest::prelude::*;

use crate::plan::Plan;
use crate::render::artefacts;
use crate::services::Settled;
use crate::services::trial::{planned, refused, service, stack, text};

/// A web server with these keys before an application with two replicas.
fn web(keys: &str) -> String {
    format!(
        "[services.web]\nkind = \"nginx\"\n{keys}\n\
         [services.api]\nkind = \"node\"\nscript = \"a.js\"\nport = 3000\nreplicas = 2\n\
         [services.other]\nkind = \"node\"\nscript = \"b.js\"\nport = 4000\n"
    )
}

fn settled(plan: &Plan) -> &Settled {
    service(plan, "web").settled.as_ref().unwrap()
}

/// A file of the plan whose path ends like this, without comments.
fn file(plan: &Plan, end: &str) -> String {
    let all = artefacts(plan).unwrap();
    let found = all.iter().find(|artefact| artefact.path.ends_with(end));
    let lines = found.unwrap_or_else(|| panic!("no {end}")).content.lines();
    let code: Vec<&str> = lines
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    code.join("\n")
}

fn site(keys: &str) -> String {
    file(&planned("m6i.large", &web(keys)), "90-tune-web.conf")
}

#[test]
fn workers_and_connections_by_the_share() {
    let row = |host: &str, memory: &str| {
        let plan = planned(
            host,
            &web(&format!("memory = \"{memory}\"\nupstreams = [\"api\"]")),
        );
        let web = service(&plan, "web");
        let of = |key| text(web, key);
        (
            of("worker_processes"),
            of("worker_connections"),
            of("limit_conn"),
        )
    };
    let numbers = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
    assert_eq!(row("m6i.large", "20MiB"), numbers("1", "128", "36"));
    assert_eq!(row("t3.small", "64MiB"), numbers("1", "512", "192"));
    assert_eq!(row("t3.small", "128MiB"), numbers("2", "512", "384"));
    assert_eq!(row("m6i.large", "2GiB"), numbers("2", "4096", "3072"));
    assert_eq!(row("m6i.2xlarge", "128MiB"), numbers("2", "512", "384"));
}

#[test]
fn files_are_enough_for_every_connection() {
    let plan = planned(
        "t3.small",
        &web("memory = \"128MiB\"\nupstreams = [\"api\"]"),
    );
    let web = service(&plan, "web");
    assert_eq!(text(web, "worker_rlimit_nofile"), "1088");
    assert_eq!(settled(&plan).open_files.as_ref().unwrap().whole(), 1088);
    let plan = planned("t3.small", &web_with_root());
    assert_eq!(text(service(&plan, "web"), "worker_rlimit_nofile"), "1600");
}

fn web_with_root() -> String {
    web("memory = \"128MiB\"\nupstreams = [\"api\"]\nroot = \"/srv/www\"")
}

#[test]
fn replicas_and_addresses_are_one_group_each() {
    let text = site("upstreams = [\"api\", \"localhost:9000\", \"10.0.0.2:9001\", \"api\"]");
    assert!(text.contains(
        "upstream tune_api {\nleast_conn;\nserver 127.0.0.1:3000;\nserver 127.0.0.1:3001;"
    ));
    assert!(text.contains(
        "upstream tune_web {\nleast_conn;\nserver 127.0.0.1:9000;\nserver 10.0.0.2:9001;"
    ));
    assert!(!text.contains("localhost") && text.matches("upstream ").count() == 2);
}

#[test]
fn the_first_serves_the_root_and_the_others_their_name() {
    let text = site("upstreams = [\"api\", \"other\"]");
    assert!(text.contains("location / {\nproxy_read_timeout 35s;\nproxy_pass http://tune_api;"));
    assert!(text.contains("proxy_pass http://tune_other/;"), "{text}");
    let text = site("upstreams = [\"api\", \"other\"]\nroutes = { api = \"/v1/\", other = \"/\" }");
    assert!(text.contains("location /v1/ {\nproxy_read_timeout 35s;\nproxy_pass http://tune_api;"));
    assert!(text.contains("location / {\nproxy_read_timeout 35s;\nproxy_pass http://tune_other;"));
}

#[test]
fn a_path_is_served_once() {
    let keys =
        "upstreams = [\"api\", \"other\"]\nroutes = { api = \"x\", other = \"/x\", no = \"/\" }";
    let plan = planned("m6i.large", &web(keys));
    assert_eq!(
        file(&plan, "90-tune-web.conf")
            .matches("location /x")
            .count(),
        1
    );
    let notes = settled(&plan).notes.join("\n");
    assert!(
        notes.contains("'other' is not reached: /x") && notes.contains("'no'"),
        "{notes}"
    );
}

#[test]
fn what_says_no_port_answers_nothing_else() {
    let database = "[services.db]\nkind = \"postgresql\"\n";
    let plan = planned(
        "m6i.large",
        &format!("{}{database}", web("upstreams = [\"db\"]")),
    );
    assert!(
        settled(&plan)
            .notes
            .iter()
            .any(|note| note.contains("'db'"))
    );
    let site = file(&plan, "90-tune-web.conf");
    assert!(site.contains("location / {\nreturn 502;\n}"), "{site}");
    assert!(!site.contains("upstream "), "{site}");
}

#[test]
fn the_root_does_not_move_to_the_next() {
    let program = |keys: &str| {
        let first = "[services.first]\nkind = \"process\"\ncommand = \"x\"\n";
        let stack = format!("{}{first}{keys}\n", web("upstreams = [\"first\", \"api\"]"));
        file(&planned("m6i.large", &stack), "90-tune-web.conf")
    };
    let unsaid = program("");
    assert!(unsaid.contains("location / {\nreturn 502;\n}"), "{unsaid}");
    assert!(unsaid.contains("location /api/ {"), "{unsaid}");
    let said = program("port = 5000\nreplicas = 2");
    assert!(
        said.contains("server 127.0.0.1:5000;\nserver 127.0.0.1:5001;\n}"),
        "{said}"
    );
    assert!(
        said.contains("location / {\nproxy_read_timeout 35s;\nproxy_pass http://tune_first;"),
        "{said}"
    );
}

#[test]
fn idle_connections_end_before_the_application_ends_them() {
    let plan = planned("m6i.large", &web("upstreams = [\"api\"]"));
    let web = service(&plan, "web");
    assert_eq!(text(web, "keepalive_timeout.api"), "4");
    assert_eq!(text(web, "proxy_read_timeout.api"), "35");
    assert_eq!(text(web, "worker_shutdown_timeout"), "35");
    let site = file(&plan, "90-tune-web.conf");
    assert!(
        site.contains("proxy_http_version 1.1;\nproxy_set_header Connection $tune_connection;")
    );
    let older = self::site("upstreams = [\"api\"]\nversion = \"1.14.2\"");
    assert!(!older.contains("keepalive_timeout"));
}

#[test]
fn http2_has_the_syntax_of_the_version() {
    let tls = "upstreams = [\"api\"]\ntls = \"example.com\"\n";
    let old = site(tls);
    assert!(old.contains("listen 443 ssl http2 ") && !old.contains("http2 on"));
    assert!(old.contains("ssl_certificate /etc/letsencrypt/live/example.com/fullchain.pem;"));
    assert!(old.contains("return 301 https://$host$request_uri;"));
    for (version, separate) in [("1.25.0", false), ("1.25.1", true), ("1.29.7", true)] {
        let text = site(&format!("{tls}version = \"{version}\""));
        assert_eq!(text.contains("http2 on;"), separate, "{version}");
        assert_eq!(text.contains("ssl http2 "), !separate, "{version}");
    }
    assert!(!site("upstreams = [\"api\"]").contains("ssl_"));
    let elsewhere = site(&format!("{tls}port = 8443"));
    assert!(elsewhere.contains("listen 8443 ssl") && !elsewhere.contains("listen 80"));
}

#[test]
fn a_cache_and_a_rate_only_where_they_are_asked_for() {
    let none = site("upstreams = [\"api\"]");
    assert!(!none.contains("proxy_cache") && !none.contains("limit_req"));
    let plan = planned(
        "m6i.large",
        &web("upstreams = [\"api\"]\nproxy_cache = \"1TiB\"\nrate_limit = 20"),
    );
    let web = service(&plan, "web");
    assert_eq!(text(web, "max_size"), "7680m", "a quarter of 30 GiB");
    assert_eq!(text(web, "limit_req_burst"), "40");
    assert!(settled(&plan).page_cache);
}

#[test]
fn each_layout_has_its_own_places() {
    let conf = |layout: &str| {
        let text = format!("layout = \"{layout}\"\n{}", web("upstreams = [\"api\"]"));
        file(&planned("m6i.large", &text), "/etc/nginx/nginx.conf")
    };
    let debian = conf("debian");
    assert!(
        debian.contains("user www-data;") && debian.contains("include /etc/nginx/sites-enabled/*;")
    );
    assert!(debian.contains("include /etc/nginx/modules-enabled/*.conf;"));
    for layout in ["rhel", "amazon"] {
        let text = conf(layout);
        assert!(text.contains("user nginx;") && !text.contains("sites-enabled"));
        assert!(!text.contains("modules-enabled"));
    }
}

#[test]
fn several_have_files_of_their_own() {
    let plan = planned("m6i.large", &web("upstreams = [\"api\"]\nreplicas = 2"));
    let paths: Vec<&str> = settled(&plan)
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    assert!(
        paths.contains(&"/etc/nginx/tune-web-2/site.conf"),
        "{paths:?}"
    );
    assert!(
        paths.contains(&"/etc/systemd/system/nginx-web-2.service"),
        "{paths:?}"
    );
    assert!(file(&plan, "tune-web-2/site.conf").contains("listen 81 "));
}

#[test]
fn a_pin_is_honoured_or_refused() {
    let pinned =
        |pin: &str| format!("[services.web]\nkind = \"nginx\"\n[services.web.settings]\n{pin}\n");
    let plan = planned(
        "m6i.large",
        &pinned("proxy_buffer_size = \"16KiB\"\nlimit_conn = 100"),
    );
    assert_eq!(text(service(&plan, "web"), "proxy_buffers"), "8 16k");
    assert_eq!(text(service(&plan, "web"), "limit_conn"), "100");
    for wrong in [
        "worker_processes = 0",
        "worker_connections = 4",
        "proxy_buffers = \"x\"",
        "proxy_buffers = \"2 4k\"",
        "gzip_window = \"3KiB\"",
    ] {
        let key = wrong.split(' ').next().unwrap();
        assert!(
            refused("m6i.large", &pinned(wrong)).contains(key),
            "{wrong}"
        );
    }
}

/// A key, or nothing.
fn maybe(line: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    proptest::option::of(line).prop_map(Option::unwrap_or_default)
}

fn keys() -> impl Strategy<Value = String> {
    let line = |text: &'static str| maybe(Just(text.to_owned()));
    let counts = (
        maybe((1..40u64).prop_map(|n| format!("worker_processes = {n}\n"))),
        maybe((16..9000u64).prop_map(|n| format!("worker_connections = {n}\n"))),
        maybe((1..9000u64).prop_map(|n| format!("limit_conn = {n}\n"))),
        maybe((4..64u64).prop_map(|n| format!("large_client_header_buffers = \"4 {n}k\"\n"))),
        maybe((1..2000u64).prop_map(|n| format!("client_body_buffer_size = \"{n}KiB\"\n"))),
        maybe((1..64u64).prop_map(|n| format!("proxy_buffer_size = \"{n}KiB\"\n"))),
        line("gzip = false\n"),
    );
    let options = (
        line("upstreams = [\"api\", \"127.0.0.1:1\"]\n"),
        line("root = \"/srv\"\n"),
        line("tls = \"x\"\n"),
        line("proxy_cache = \"1GiB\"\n"),
        line("rate_limit = 9\n"),
        maybe((1..5u64).prop_map(|n| format!("replicas = {n}\n"))),
    );
    (options, counts).prop_map(|((a, b, c, d, e, f), (g, h, i, j, k, l, m))| {
        format!("{a}{b}{c}{d}{e}{f}[services.web.settings]\n{g}{h}{i}{j}{k}{l}{m}")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    /// Every worst case is inside its share, from the least on, whatever is
    /// pinned; a plan that does not fit has no settings.
    #[test]
    fn the_worst_case_fits(
        keys in keys(),
        more in 0..4000u64,
        host in proptest::sample::select(&["t3.nano", "t3.small", "m6i.large", "m6i.32xlarge"][..]),
    ) {
        let host = crate::catalog::find(host).unwrap();
        let unpinned = stack(&web(&keys));
        let plan = crate::plan::plan(&host, &unpinned, crate::plan::Unfit::Overcommit).unwrap();
        prop_assert!(service(&plan, "web").worst() <= service(&plan, "web").limit);
        artefacts(&plan).unwrap();
        let replicas = service(&plan, "web").replicas;
        let least = service(&plan, "web").stake.floor.over(replicas).whole_mib() + more;
        let pinned = stack(&web(&format!("memory = \"{least}MiB\"\n{keys}")));
        let plan = crate::plan::plan(&host, &pinned, crate::plan::Unfit::Overcommit).unwrap();
        prop_assert!(service(&plan, "web").worst() <= service(&plan, "web").limit);
    }
}

#[test]
fn the_unit_waits_longer_than_the_workers() {
    let plan = planned("m6i.large", &web("upstreams = [\"api\"]"));
    assert_eq!(
        settled(&plan).stop_seconds.as_ref().unwrap().whole(),
        35 + 5
    );
    let pinned = "upstreams = [\"api\"]\nsettings = { worker_shutdown_timeout = 90 }";
    let plan = planned("m6i.large", &web(pinned));
    assert_eq!(
        settled(&plan).stop_seconds.as_ref().unwrap().whole(),
        90 + 5
    );
}

#[test]
fn who_rotates_may_write_to_the_directory() {
    for (layout, account) in [
        ("debian", "root adm"),
        ("rhel", "root root"),
        ("amazon", "root root"),
    ] {
        let text = format!("layout = \"{layout}\"\n{}", web("upstreams = [\"api\"]"));
        let plan = planned("m6i.large", &text);
        assert_eq!(settled(&plan).logs.as_ref().unwrap().account, account);
    }
}

#[test]
fn behind_a_load_balancer_the_stack_says_what_clients_speak() {
    let line = |keys: &str| {
        let site = site(&format!("upstreams = [\"api\"]\n{keys}"));
        let found = site.lines().find(|line| line.contains("X-Forwarded-Proto"));
        found.unwrap().to_owned()
    };
    let of = |value: &str| format!("proxy_set_header X-Forwarded-Proto {value};");
    assert_eq!(line(""), of("$scheme"));
    assert_eq!(line("forwarded_proto = \"https\""), of("https"));
}
