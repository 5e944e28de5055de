//! The rules that need the files which are there.

use super::{Elsewhere, Looked, Needs};
use crate::plan::checks::Severity;

const fn files(id: &'static str, because: &'static str, looked: Looked) -> Elsewhere {
    Elsewhere {
        id,
        needs: Needs::LiveFiles,
        because,
        looked,
    }
}

pub(super) static ASYNC_PERSISTENT_CONNECTIONS: Elsewhere = files(
    "async-persistent-connections",
    "whether the application keeps a connection for each request of an event loop stands in its own settings",
    Looked {
        severity: Severity::Warning,
        rule: "workers that are event loops: CONN_MAX_AGE is 0 in the application's settings",
        otherwise: "each thread that a request ran on keeps its connection, and a new request may have another thread: connections grow until the database has none left",
        help: "CONN_MAX_AGE = 0; for connections that stay a pool: that of the database's driver, or a pooler",
        sources: &[
            "https://docs.djangoproject.com/en/5.2/ref/databases/#persistent-connections",
            "https://github.com/pennlabs/penn-clubs/pull/879",
        ],
    },
);

pub(super) static AUTO_CONF_SHADOWS: Elsewhere = files(
    "auto-conf-shadows",
    "what ALTER SYSTEM wrote wins over tune's file",
    Looked {
        severity: Severity::Warning,
        rule: "no setting of the plan stands with another value in the file that the server itself writes",
        otherwise: "the server reads that file last: the plan's setting has no effect, whatever a reload or a restart brings",
        help: "ALTER SYSTEM RESET name, then reload",
        sources: &[
            "https://www.postgresql.org/docs/current/config-setting.html",
            "https://www.postgresql.org/docs/current/sql-altersystem.html",
        ],
    },
);

pub(super) static COPYTRUNCATE_LOSES: Elsewhere = files(
    "copytruncate-loses",
    "tune signals where a program can reopen; a rule that is there may not",
    Looked {
        severity: Severity::Info,
        rule: "no log is copied and cut whose program can be told to open it anew",
        otherwise: "what is written between the copy and the cut is lost, and each rotation writes the whole log once more",
        help: "put the reopening into postrotate and take copytruncate away; tune's own rule does so",
        sources: &[
            "https://man7.org/linux/man-pages/man8/logrotate.8.html",
            "https://github.com/logrotate/logrotate/issues/34",
        ],
    },
);

pub(super) static DUPLICATE_KEY: Elsewhere = files(
    "duplicate-key",
    "tune writes each key once",
    Looked {
        severity: Severity::Warning,
        rule: "no file sets a key twice, nor one of a program that refuses it twice",
        otherwise: "one of the two has no effect, and who changes that one wonders; what refuses a second one does not start",
        help: "take one of the two lines away",
        sources: &[
            "https://www.postgresql.org/docs/current/config-setting.html",
            "docs/measurements.md#load",
        ],
    },
);

pub(super) static HTTP2_SYNTAX: Elsewhere = files(
    "http2-syntax",
    "tune writes the form of the version; a file that is there may have the other",
    Looked {
        severity: Severity::Info,
        rule: "from 1.25.1 on 'http2 on', before that 'listen ... http2'",
        otherwise: "the parameter is given up: a warning at every start, and an error one day. An error where the version does not know the directive: the server refuses its files",
        help: "from 1.25.1 on take http2 out of listen and add 'http2 on'; before that the other way",
        sources: &[
            "https://nginx.org/en/docs/http/ngx_http_v2_module.html#http2",
            "https://github.com/digitalocean/nginxconfig.io/issues/451",
        ],
    },
);

pub(super) static INSTANCES_MAX_IN_CGROUP: Elsewhere = files(
    "instances-max-in-cgroup",
    "tune writes the number; 'max' can only stand in a file that is there",
    Looked {
        severity: Severity::Error,
        rule: "the number of processes does not follow the host's processors where fewer are allowed",
        otherwise: "it counts the processors of the host and not the share of them: one process for each, and memory for a fraction",
        help: "write the number that the plan gives",
        sources: &[
            "https://github.com/Unitech/pm2/issues/4347",
            "https://github.com/benoitc/gunicorn/issues/2028",
        ],
    },
);

pub(super) static PRELOAD_WITH_HUP: Elsewhere = files(
    "preload-with-hup",
    "tune restarts what is preloaded; a unit that is there may still send HUP",
    Looked {
        severity: Severity::Warning,
        rule: "what loads the application before it forks is not reloaded by SIGHUP",
        otherwise: "new workers are forked of the old code: the reload reports success and the release is not live",
        help: "restart it, or replace the main process by USR2; or leave preload_app out",
        sources: &[
            "https://docs.gunicorn.org/en/stable/settings.html#preload-app",
            "https://docs.gunicorn.org/en/stable/signals.html",
        ],
    },
);

pub(super) static ROTATE_WITHOUT_REOPEN: Elsewhere = files(
    "rotate-without-reopen",
    "tune's rules reopen or copy; a rule that is there may do neither",
    Looked {
        severity: Severity::Error,
        rule: "a log that its program holds open is copied and cut, or its program is told that it moved",
        otherwise: "the program goes on writing to the file that was moved and then deleted: the log stays empty and the disk fills with what has no name",
        help: "a postrotate script that has the program open its log anew, or copytruncate",
        sources: &[
            "https://man7.org/linux/man-pages/man8/logrotate.8.html",
            "https://github.com/Unitech/pm2/issues/2234",
        ],
    },
);

pub(super) static SERVER_NEVER_ASKED: Elsewhere = files(
    "server-never-asked",
    "which server gets the requests depends on the others that are there",
    Looked {
        severity: Severity::Error,
        rule: "each server of the plan has a name that no other one had before, or is its address's default",
        otherwise: "nginx warns at most, and another site answers: the application gets no request",
        help: "state server_name, or take the other server away: of Debian's own site remove the link /etc/nginx/sites-enabled/default",
        sources: &[
            "https://nginx.org/en/docs/http/request_processing.html",
            "https://nginx.org/en/docs/http/server_names.html",
        ],
    },
);

pub(super) static SYSCTL_SHADOWED: Elsewhere = files(
    "sysctl-shadowed",
    "the same key may stand in a later file",
    Looked {
        severity: Severity::Warning,
        rule: "no file that is read after tune's gives one of its keys another value",
        otherwise: "the later one counts at boot, or for one of the two programs that read these files",
        help: "take the key out of the later file, or give tune.toml that value",
        sources: &[
            "https://man7.org/linux/man-pages/man5/sysctl.d.5.html",
            "https://man7.org/linux/man-pages/man8/sysctl.8.html",
        ],
    },
);

pub(super) static UPSTREAM_KEEPALIVE_INERT: Elsewhere = files(
    "upstream-keepalive-inert",
    "tune writes what makes keepalive work; a file that is there may lack it",
    Looked {
        severity: Severity::Warning,
        rule: "before 1.29.7: what passes to an upstream with keepalive says HTTP 1.1 and an empty Connection header",
        otherwise: "every request opens a connection of its own and closes it: keepalive does nothing, and ports run out under load",
        help: "proxy_http_version 1.1; and proxy_set_header Connection \"\"; where the request is passed on",
        sources: &[
            "https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive",
            "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_http_version",
        ],
    },
);
