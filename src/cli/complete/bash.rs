//! The function of bash. It splits words at `=` and `:` too, which the one of
//! `clap_complete` does not undo: `--profile=t3.` and `--set KEY=` would
//! complete to nothing.

use std::ffi::OsString;
use std::io;
use std::path::Path;

use clap_complete::env::{self, EnvCompleter};

/// The completer of bash, with a function of our own.
pub(super) struct Bash;

const FUNCTION: &str = r#"_tune() {
    local words=("${COMP_WORDS[0]}") last=0 glue= word i
    for ((i = 1; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $glue || $word == [=:]* ]]; then
            words[last]+=$word
        else
            words[++last]=$word
        fi
        glue=
        [[ $word != *[=:] ]] || glue=yes
    done
    local IFS=$'\013'
    COMPREPLY=($(_CLAP_IFS=$IFS _CLAP_COMPLETE_INDEX=$last VARIABLE=bash \
        COMPLETER -- "${words[@]}" 2>/dev/null))
    local whole=${words[last]}
    local before=${whole%"${whole##*[=:]}"}
    COMPREPLY=("${COMPREPLY[@]#"$before"}")
    for i in "${!COMPREPLY[@]}"; do
        [[ ${COMPREPLY[i]} != *\"* ]] || printf -v "COMPREPLY[i]" %q "${COMPREPLY[i]}"
    done
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[=/.:] ]]; then
        compopt -o nospace
    fi
}
complete -o bashdefault -o nosort -F _tune BINARY
"#;

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        env::Bash.name()
    }

    fn is(&self, name: &str) -> bool {
        env::Bash.is(name)
    }

    fn write_registration(
        &self,
        var: &str,
        _name: &str,
        bin: &str,
        completer: &str,
        buf: &mut dyn io::Write,
    ) -> io::Result<()> {
        let script = FUNCTION
            .replace("VARIABLE", var)
            .replace("COMPLETER", completer)
            .replace("BINARY", bin);
        buf.write_all(script.as_bytes())
    }

    fn write_complete(
        &self,
        cmd: &mut clap::Command,
        args: Vec<OsString>,
        current_dir: Option<&Path>,
        buf: &mut dyn io::Write,
    ) -> io::Result<()> {
        env::Bash.write_complete(cmd, args, current_dir, buf)
    }
}
