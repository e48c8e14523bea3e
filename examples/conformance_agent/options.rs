//! What the suites set: ports, and what this run of the agent lacks or asks for.

use std::time::Duration;

/// How the agent is run. A switch is a flag, such as `--no-push`, or in the environment, as `CONFORMANCE_NO_PUSH=1`.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(crate) struct Options {
    pub(crate) http_port: u16,
    pub(crate) grpc_port: u16,
    pub(crate) streaming: bool,
    pub(crate) push: bool,
    pub(crate) extended_card: bool,
    pub(crate) required_extension: bool,
    /// Whether the card speaks of version 0.3. It is spoken either way.
    pub(crate) v03: bool,
    /// Whether every call needs a token, and not the extended card alone.
    pub(crate) auth: bool,
    /// How long a suite waits for the first event of a stream; what must outlast that takes twice as long.
    pub(crate) streaming_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            http_port: 0,
            grpc_port: 0,
            streaming: true,
            push: true,
            extended_card: true,
            required_extension: false,
            v03: false,
            auth: false,
            streaming_timeout: Duration::from_secs(2),
        }
    }
}

impl Options {
    /// From the words of a command line and a way to read the environment.
    pub(crate) fn read(
        words: impl IntoIterator<Item = String>,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, String> {
        let mut options = Self::default();
        for flag in FLAGS {
            let name =
                format!("CONFORMANCE_{}", flag.trim_start_matches('-').replace('-', "_").to_uppercase());
            if is_on(environment(&name)) {
                options.switch(flag);
            }
        }
        if is_on(environment("ITK_ACTS_AUTH")) {
            options.switch("--auth");
        }
        if is_on(environment("ITK_ACTS_REDUCED_CAPABILITIES")) {
            for flag in ["--no-streaming", "--no-push", "--no-extended-card"] {
                options.switch(flag);
            }
        }
        if let Some(seconds) = environment("TCK_STREAMING_TIMEOUT") {
            options.streaming_timeout = seconds
                .parse()
                .ok()
                .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
                .ok_or_else(|| format!("TCK_STREAMING_TIMEOUT is {seconds:?}, which isn't seconds"))?;
        }
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            match &*word {
                "--httpPort" => options.http_port = port(&word, words.next())?,
                "--grpcPort" => options.grpc_port = port(&word, words.next())?,
                _ if options.switch(&word) => {}
                _ => {
                    let known = FLAGS.join(", ");
                    return Err(format!("{word:?} isn't one of --httpPort N, --grpcPort N, {known}"));
                }
            }
        }
        Ok(options)
    }

    /// Sets what a flag says; whether there is such a flag.
    fn switch(&mut self, flag: &str) -> bool {
        match flag {
            "--no-streaming" => self.streaming = false,
            "--no-push" => self.push = false,
            "--no-extended-card" => self.extended_card = false,
            "--required-extension" => self.required_extension = true,
            "--v03" => self.v03 = true,
            "--auth" => self.auth = true,
            _ => return false,
        }
        true
    }
}

const FLAGS: [&str; 6] =
    ["--no-streaming", "--no-push", "--no-extended-card", "--required-extension", "--v03", "--auth"];

fn is_on(variable: Option<String>) -> bool {
    variable.is_some_and(|value| !matches!(&*value, "" | "0" | "false"))
}

fn port(flag: &str, word: Option<String>) -> Result<u16, String> {
    let word = word.unwrap_or_default();
    word.parse().map_err(|_| format!("{flag} {word:?} isn't a port: a number up to 65535, or 0 for any"))
}
