"""The one question that a target interpreter is asked: the only code of ours that runs there.

`-I -S` keeps the target's `site-packages`, `.pth` files, `sitecustomize` and PYTHON* variables out of it;
`-B` keeps us from writing `__pycache__` into its library. Without `site`, a virtual environment is not set up
before CPython 3.14, so SCRIPT does what `site.venv()` would: it finds `pyvenv.cfg` and moves `sys.prefix`.
Only then may `sysconfig` be imported, which looks at `sys.prefix` once. `site` itself is safe to import: with
`-S` it runs nothing, and its `getsitepackages` knows what distributors changed (`dist-packages`, `lib64`).

`json` is not imported: it loads `re`, which takes as long as all the rest.

SCRIPT must run on CPython 3.6 to 3.15 and on PyPy.
"""

FLAGS = ("-I", "-S", "-B")

SCRIPT = r"""
import os, sys
for name in ("_PYTHON_HOST_PLATFORM", "_PYTHON_SYSCONFIGDATA_NAME"):
    os.environ.pop(name, None)

executable = os.path.abspath(sys.executable) if sys.executable else ""
here = os.path.dirname(executable)
virtual = any(os.path.isfile(os.path.join(at, "pyvenv.cfg")) for at in (here, os.path.dirname(here)))
base = [sys.base_prefix, sys.base_exec_prefix]
if virtual:
    sys.prefix = sys.exec_prefix = os.path.dirname(here)

import importlib.machinery, site, sysconfig

try:
    from _json import encode_basestring_ascii as quoted
except ImportError:
    from json import dumps as quoted

def encoded(value):
    if isinstance(value, dict):
        return "{%s}" % ", ".join("%s: %s" % (quoted(key), encoded(value[key])) for key in value)
    if isinstance(value, (list, tuple)):
        return "[%s]" % ", ".join(map(encoded, value))
    return quoted(value) if isinstance(value, str) else str(value).lower()

def site_packages(prefixes):
    known = getattr(site, "getsitepackages", None)
    return known(prefixes) if known else []

def version(info):
    kind = "" if info.releaselevel == "final" else info.releaselevel[0] + str(info.serial)
    if info.releaselevel == "candidate":
        kind = "rc" + str(info.serial)
    return "%d.%d.%d%s" % (info.major, info.minor, info.micro, kind)

if sys.platform in ("linux", "darwin"):
    system, _, release, build, machine = os.uname()
else:
    import platform
    system, release, build = platform.system(), platform.release(), platform.version()
    machine = platform.machine()
macos = ""
if sys.platform == "darwin":
    import platform
    macos = platform.mac_ver()[0]
libc = ""
try:
    libc = os.confstr("CS_GNU_LIBC_VERSION") or ""
except (AttributeError, OSError, ValueError):
    pass
implementation = {"cpython": "CPython", "pypy": "PyPy"}.get(sys.implementation.name)
if implementation is None:
    import platform
    implementation = platform.python_implementation()
debug = sysconfig.get_config_var("Py_DEBUG")
if debug is None:
    debug = hasattr(sys, "gettotalrefcount") or "_d.pyd" in importlib.machinery.EXTENSION_SUFFIXES
pymalloc = sysconfig.get_config_var("WITH_PYMALLOC")

print(encoded({
    "executable": executable,
    "prefix": sys.prefix,
    "markers": {
        "implementation_name": sys.implementation.name,
        "implementation_version": version(sys.implementation.version),
        "os_name": os.name,
        "platform_machine": machine,
        "platform_python_implementation": implementation,
        "platform_release": release,
        "platform_system": system,
        "platform_version": build,
        "python_full_version": sys.version.split()[0],
        "python_version": "%d.%d" % sys.version_info[:2],
        "sys_platform": sys.platform,
    },
    "site_packages": site_packages([sys.prefix, sys.exec_prefix])
        + [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")],
    "base_site_packages": site_packages(base) if virtual else [],
    "platform": sysconfig.get_platform(),
    "bits": 64 if sys.maxsize > 2**32 else 32,
    "libc": libc,
    "macos": macos,
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "debug": bool(debug),
    "pymalloc": pymalloc is None or bool(pymalloc),
    "extension_suffix": sysconfig.get_config_var("EXT_SUFFIX") or "",
    "extension_suffixes": list(importlib.machinery.EXTENSION_SUFFIXES),
}))
"""
