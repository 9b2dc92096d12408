"""By what an error text is recognised in a log, whether or not its cause is known."""

import re

from driftguard.explain.nouns import Line

CROSS = "\u00d7"
"""The sign that pip and uv put before what failed."""
PROMPT = "\u276f"
"""That of some shells."""
TRACEBACK = "Traceback (most recent call last)"
HANDLING = "During handling of the above exception, another exception occurred"
DIRECT = "The above exception was the direct cause of the following exception"
FRAME = re.compile(r'\s{0,200}File "(?P<file>[^"]{1,1000})", line \d')
RAISED = re.compile(
    r"(?:[A-Za-z_]\w{0,80}\.){0,8}(?:[A-Z]\w{0,80}|error|timeout|herror|gaierror)(?::(?: .*)?)?\Z"
)
"""The last line of a traceback."""
NAMED = re.compile(
    r"(?:[A-Za-z_]\w{0,80}\.){0,8}"
    r"(?:_?[A-Z]\w{0,80}?(?:Error|Exception|Impossible|Interrupt|Failure|Fault|NotFound|NotInstalled|Conflict"
    r"|Unavailable|InvalidVersion|BadZipFile|InvalidWheel|NoSuchKernel|DependencyWarning|NotOpenSSLWarning"
    r"|BrokenProcessPool|InvalidVersionSpec|NotAvailable|SSLCertVerificationError|RemovedIn\w{1,10})"
    r"|(?<=\.)[eE]rror)(?:\]?:(?: |\Z)|\((?=['\"]))"
)
"""An exception by its name alone, anywhere, also as `repr` writes it."""
_REPR = re.compile(r"(?P<type>[\w.]{1,200})\((?P<quote>['\"])(?P<message>.{0,2000}?)(?P=quote),?\)")
ALONE = re.compile(r"(?:[A-Za-z_]\w{0,80}\.){0,8}[A-Z]\w{0,80}(?:Error|Exception|Interrupt)\Z")
_COMPLAINT = re.compile(r"(?:error|ERROR|Error|fatal|FATAL|FAILED)(?:\[\w{1,30}\])?: {0,2}\S")
_TALK = re.compile(r"(?<![\w.])(?:DEBUG|INFO|NOTICE|TRACE)(?![\w.])")
_WORDS = (
    "rror",
    "xception",
    "mpossible",
    "nterrupt",
    "ailure",
    "Fault",
    "NotFound",
    "NotInstalled",
    "Conflict",
    "Unavailable",
    "InvalidVersion",
    "BadZipFile",
    "InvalidWheel",
    "NoSuchKernel",
    "DependencyWarning",
    "NotOpenSSLWarning",
    "BrokenProcessPool",
    "NotAvailable",
    "RemovedIn",
)
_COMPLAINTS = ("rror: ", "rror[", "ERROR", "atal: ", "FATAL", "FAILED", CROSS)
_PHRASES = (
    "error while loading shared libraries",
    "not found (required by",
    "cannot open shared object file",
    "Library not loaded",
    "Segmentation fault",
    "segmentation fault",
    "core dumped",
    "Bus error",
    "Illegal instruction",
    "illegal hardware instruction",
    "Fatal Python error",
    "Out of memory",
    "oom-kill",
    "OOMKilled",
    "Killed",
    "terminated by signal",
    "exit code 137",
    "exit code 139",
    "command not found",
    ": not found",
    "bad interpreter",
    "No such file or directory",
    "cannot execute",
    "xec format error",
    "No space left on device",
    "ermission denied",
    "externally managed",
    "externally-managed",
    "No matching distribution",
    "No solution found",
    "version solving failed",
    "ResolutionImpossible",
    "Could not solve",
    "PackagesNotFound",
    "Unsatisfiable",
    "SolverProblemError",
    "not a supported wheel",
    "compiled using NumPy 1.x",
    "compiled against API version",
    "compiled against NumPy C-API",
    "compiled against ABI version",
    "HASHES FROM THE REQUIREMENTS",
    "Hash mismatch",
    "could not connect to display",
    "cannot open display",
    "can't open display",
    "could not load the Qt platform",
    "no Qt platform plugin could be initialized",
    "was not found in the file",
    "is not recognized as",
    "Python was not found",
    "Initializing libiomp5",
    "Failed to build",
    "xcrun: error",
    "env: ",
    "platform independent libraries",
    "pthread_create failed",
    "unrecognized subcommand",
    "no such option",
    "No such option",
    "out of shared memory",
    "Temporary failure in name resolution",
    "Cannot set LC_",
    "Rust package manager",
    "find Rust compiler",
    "pg_config",
    "pkg-config",
    "required by 'virtual:world'",
    "CMAKE_",
    "setup command:",
    "supported Python range",
    "Python requirement (",
    "installation candidates",
    "No Python at",
    "error in launcher",
    "is not installed (set by",
    "version is set for command",
    "invalid pointer",
    "double free",
    "ensurepip is not",
    "No module named pip",
    "lock file",
    "poetry.lock",
    "which is incompatible.",
    "Failed to load",
    "Could not load dynamic library",
    "NSInternalInconsistencyException",
    "fatal exception",
    "Not enough memory",
    "Errno ",
    "WinError ",
    "cannot change locale",
    "after connection broken by",
    "Error, Credentials not correct",
    "since it has invalid metadata",
    "has invalid metadata:",
    "Group(s) not found",
    "The requested command ",
    'The command "',
    'The option "--',
    "Poetry was unable to find a compatible",
    "The Poetry configuration is invalid",
    "Failed to unlock the",
    "the Docker daemon",
    "Error response from daemon",
    "executable file not found in",
    "manifest unknown",
    ": no such file or directory",
    "Unable to locate package",
    "has no installation candidate",
    "does not have a Release file",
    "Some index files failed to download",
    "E: Failed to fetch",
    "unable to select packages",
    "Failed at step ",
    "Failed to determine user credentials",
    "Failed to load environment files",
    "requested working directory failed",
    "nor an absolute path",
    "operation timed out. Terminating",
    "unexpected EOF while looking",
    "running scripts is disabled",
    "cannot be opened because",
    "Failed to initialize NVML",
    "communicate with the NVIDIA driver",
    "is not compatible with the current PyTorch",
    "Missing required CPU features",
    "aren't available on your machine",
    "another thread when fork() was called",
    "no developer tools were found",
    "Xcode license",
    "This version of dbt is not supported",
    "Jupyter command `",
    "natively supported",
    "library version mismatch",
    "It comes from another PROJ",
    "Python in worker has different version",
    "JAVA_HOME is not set",
    "Could not import the lzma",
    "Error while loading conda entry point",
    "legacy-install-failure",
    "This script does not work on Python",
    "UnsupportedClassVersion",
    "fixture '",
    "You have an incompatible version of",
    "MKL FATAL",
    "MKL ERROR",
    "is not supported by the project",
    "not found, but can be installed with",
    "Perhaps you have to reshim",
    "Unable to import module",
    "is not a TTY",
    "is not a trusted or secure host",
    "no space left on device",
    "when waiting for lock",
    "extension was not compiled",
)
"""What loaders, shells, installers and kernels say without the word error."""

CANDIDATES = (TRACEBACK, 'File "', *_WORDS, *_COMPLAINTS, *_PHRASES)
"""One of these is in every line with which an error text begins."""


def raised_alone(line: Line) -> bool:
    """Say whether a line tells of an exception, without a traceback, and not of one that was expected."""
    text = line.bare
    if not any(word in text for word in _WORDS):
        return False
    found = NAMED.search(text) or ALONE.match(text)
    return found is not None and not _quoted(text, found.start()) and not is_talk(line)


def _quoted(text: str, start: int) -> bool:
    """Say whether what stands at `start` is part of a longer word, a string of a program, or code."""
    if start == 0:
        return text.endswith(",)") or text.startswith("raise ")
    before = text[start - 1]
    opened = before in " ([" or (before in "\"'`“" and text[max(start - 2, 0)] == " ")
    return (
        not opened
        or text.startswith(("raise ", "except ", "return ", "#", ">>>"))
        or "raise " in text[:start]
    )


def begins_complaint(line: Line) -> bool:
    """Say whether something other than an exception is complained of."""
    text = line.bare
    if _COMPLAINT.match(text) or CROSS in line.text[:8]:
        return True
    return any(phrase in text for phrase in _PHRASES) and not is_talk(line) and not NAMED.match(text)


def begins(line: Line) -> bool:
    """Say whether an error text begins, or its frames."""
    return (
        TRACEBACK in line.text
        or FRAME.match(line.bare) is not None
        or raised_alone(line)
        or begins_complaint(line)
    )


def exception(line: Line) -> str:
    """Return the exception in a line, without what a log says before it."""
    found = None if RAISED.match(line.bare) else NAMED.search(line.bare)
    said = line.bare[found.start() :] if found else line.bare
    written = _REPR.match(said)
    return f"{written['type']}: {written['message']}" if written else said


def is_talk(line: Line) -> bool:
    """Say whether a line calls itself one that nobody need worry about."""
    return _TALK.search(line.bare[:120]) is not None
