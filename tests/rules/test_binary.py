"""Family DG3: for each rule, on what it is quiet and on what it speaks."""

import hypothesis
import pytest
from hypothesis import strategies as st

from driftguard.abi.problems import c_api, offered
from driftguard.binary import (
    DANGLING,
    Binaries,
    Image,
    LoadProblem,
    NumpyRuntime,
    NumpyStyle,
    NumpyUse,
    ProvidedType,
    TypeSize,
)
from driftguard.errors import FactUnavailable
from driftguard.evidence import Evidence
from driftguard.finding import Finding
from driftguard.mend import Mender
from driftguard.model import Environment, LockFormat, Unavailable
from driftguard.rules import RuleModule
from driftguard.rules.binary import (
    cpu_baseline,
    known_pair,
    library_version,
    libxml2,
    missing_library,
    numpy_abi,
    numpy_api,
    numpy_pybind11,
    openmp,
    python_symbol,
    python_tag,
    type_size,
    unloadable,
    unread,
)
from driftguard.rules.conformity import other_version
from tests.builders import (
    CPYTHON,
    HOST,
    LOCK,
    MENDER,
    NUMPY_1,
    NUMPY_2,
    NUMPY_CORE,
    PACKAGES,
    binaries,
    environment,
    evidence,
    image,
    installed,
    interpreter,
    library,
    numpy_types,
    said,
)

ARRAY = NumpyStyle.IMPORT_ARRAY
OLD = NumpyUse(ARRAY, abi=1, feature="1.23")
NEW = NumpyUse(ARRAY, abi=2, feature="1.23")
MISREADS = NumpyUse(NumpyStyle.DYNAMIC, old_pybind11=True)
DTYPE_96 = TypeSize("numpy", "dtype", 96)
NUMPY_1_21 = NUMPY_1._replace(version="1.21.6", api=0xE)
PYTHON_3_13 = interpreter()._replace(version="3.13.0")


def facts(native: Binaries, *there: str, wanted: tuple[str, ...] = (), **more: object) -> Evidence:
    """Make the evidence of an environment with native code, by default all as locked."""
    place = environment(*(there or ("numpy==2.0.2", "pandas==1.5.3")))
    names = wanted or tuple(f"{one.name}=={one.version}" for one in place.installed)
    return evidence(names, place, binaries=native, **more)


def only(module: RuleModule, given: Evidence) -> Finding:
    (finding,) = module.check(given)
    return finding


NUMPY_RULES = (numpy_abi, numpy_api, type_size, numpy_pybind11)


@pytest.mark.parametrize(
    "native",
    [
        pytest.param(binaries(), id="no native code"),
        pytest.param(binaries(image("lxml.etree")), id="which does not use NumPy"),
        pytest.param(binaries(image("pandas._lib", numpy=NEW)), id="built for NumPy 2, on 2"),
        pytest.param(
            binaries(image("pandas._lib", numpy=NEW), numpy=NUMPY_1, provided=numpy_types(96, 96)),
            id="built for NumPy 2, on 1",
        ),
        pytest.param(
            binaries(image("pandas._lib", numpy=OLD, sizes=(DTYPE_96,)), numpy=NUMPY_1, provided={}),
            id="built for NumPy 1, on 1, where no size could be read",
        ),
        pytest.param(binaries(image("pandas._lib", numpy=NumpyUse(ARRAY))), id="of unknown generation"),
        pytest.param(
            binaries(image("pandas._lib", numpy=OLD), numpy=None, provided={}), id="NumPy is not installed"
        ),
        pytest.param(
            binaries(image("pandas._lib", sizes=(TypeSize("numpy", "dtype", 88),))), id="of just the size"
        ),
        pytest.param(
            binaries(image("pandas._lib", sizes=(TypeSize("numpy", "dtype", 32),))),
            id="smaller than what is there",
        ),
        pytest.param(binaries(image("numpy.core._x", numpy=OLD, sizes=(DTYPE_96,))), id="of NumPy itself"),
        pytest.param(
            binaries(image("a", path=f"{PACKAGES}/tensorflow/include/ml_dtypes/a.so", numpy=OLD)),
            id="a copy among headers",
        ),
        pytest.param(
            binaries(image("pandas._lib", tag="cpython-310-x86_64-linux-gnu", numpy=OLD)),
            id="for another interpreter",
        ),
        pytest.param(binaries(image("pandas._lib", machine="aarch64", numpy=OLD)), id="for another machine"),
        pytest.param(
            binaries(image("a.b", numpy=NumpyUse(NumpyStyle.DYNAMIC, abi=1))), id="by a newer pybind11"
        ),
        pytest.param(
            binaries(image("a.b", sizes=(TypeSize("", "Thing", 900), TypeSize("other", "Thing", 900)))),
            id="of a type that nobody knows",
        ),
        pytest.param(
            binaries(
                image("a.b", sizes=(TypeSize("c", "T", 40),)),
                provided={"c.T": (ProvidedType(16, 0, "/c1.so"), ProvidedType(40, 0, "/c2.so"))},
            ),
            id="of a type with several definitions, one of which would do",
        ),
        pytest.param(
            binaries(
                image("a.b", sizes=(TypeSize("c", "T", 24),)),
                provided={"c.T": (ProvidedType(16, 1, "/c.so"),)},
            ),
            id="of a type whose items make up for it",
        ),
    ],
)
def test_the_rules_on_numpy_are_quiet(native: Binaries) -> None:
    assert [line for module in NUMPY_RULES for line in said(module, facts(native))] == []


def test_type_size_says_both_numbers_the_error_its_reach_and_the_mending() -> None:
    native = binaries(
        image("pandas._libs.lib", numpy=OLD, sizes=(TypeSize("numpy", "ndarray", 96), DTYPE_96)),
        image("pandas._libs.tslib", sizes=(DTYPE_96,)),
        image("pandas._libs.json", numpy=OLD),
        image("pandas._libs.other"),
    )

    finding = only(type_size, facts(native))

    assert str(finding) == (
        "DG303 error: pandas: built for numpy.dtype of 96 bytes, installed numpy 2.0.2 has 88"
    )
    assert finding.why == (
        "pandas._libs.lib raises `ValueError: numpy.dtype size changed, may indicate binary incompatibility. "
        "Expected 96 from C header, got 88 from PyObject`"
    )
    assert finding.detail == (
        "3 of 4 modules (1 by `ImportError: numpy.core.multiarray failed to import`); certain, both values "
        "were read; `pip check` does not see it",
        f"installed: {NUMPY_CORE}",
    )
    assert finding.path == native.images[0].path
    assert str(finding.mend) == "uv add 'numpy<2'"
    assert said(numpy_abi, facts(native)) == [], "one finding a distribution"


def test_a_module_that_calls_import_array_first_fails_by_that() -> None:
    early = OLD._replace(early=True)
    native = binaries(image("cftime._cftime", numpy=early, sizes=(DTYPE_96,)))

    finding = only(numpy_abi, facts(native))

    assert finding.why == (
        "cftime._cftime raises `ImportError: numpy.core.multiarray failed to import (auto-generated because you "
        "didn't call 'numpy.import_array()' after cimporting numpy; use '<void>numpy._import_array' to disable "
        "if you are certain you don't need it).`"
    )
    assert said(type_size, facts(native)) == [], "one finding a distribution"


@pytest.mark.parametrize(
    ("sizes", "provided", "message"),
    [
        pytest.param(
            TypeSize("numpy", "ndarray", 88),
            numpy_types(80, 96),
            "built for numpy.ndarray of 88 bytes, installed numpy 2.0.2 has 80",
            id="an older NumPy",
        ),
        pytest.param(
            TypeSize("", "ndarray", 88),
            numpy_types(80, 96),
            "built for numpy.ndarray of 88 bytes, installed numpy 2.0.2 has 80",
            id="whose module nobody tells, though all know it",
        ),
        pytest.param(
            TypeSize("c", "T", 40),
            {"c.T": (ProvidedType(16, 0, "/1.so"), ProvidedType(32, 0, "/2.so"))},
            "built for c.T of 40 bytes, installed c has 32",
            id="more than each of several definitions",
        ),
        pytest.param(
            TypeSize("c", "T", 40),
            {"c.T": (ProvidedType(16, 8, "/1.so"),)},
            "built for c.T of 40 bytes, installed c has 24",
            id="more than with its items",
        ),
    ],
)
def test_type_size_speaks(
    sizes: TypeSize, provided: dict[str, tuple[ProvidedType, ...]], message: str
) -> None:
    native = binaries(image("a.b", sizes=(sizes,)), provided=provided)

    assert said(type_size, facts(native)) == [f"DG303 error: a: {message}"]


def gevent(greenlet: str, wanted: str) -> Evidence:
    provider = image("greenlet._greenlet")
    native = binaries(
        image("gevent._hub", sizes=(TypeSize("greenlet", "greenlet", 152),)),
        provider,
        provided={"greenlet.greenlet": (ProvidedType(40, 0, provider.path),)},
    )
    there = ("gevent==20.9.0", f"greenlet=={greenlet}")
    return facts(native, *there, wanted=("gevent==20.9.0", f"greenlet=={wanted}"))


@pytest.mark.parametrize(
    ("wanted", "mend"),
    [
        ("2.0.2", "uv add 'greenlet<2'"),
        ("1.1.3", "uv sync --frozen --inexact"),
    ],
)
def test_type_size_is_not_about_numpy_alone(wanted: str, mend: str) -> None:
    finding = only(type_size, gevent("2.0.2", wanted))

    assert finding.message == "built for greenlet.greenlet of 152 bytes, installed greenlet 2.0.2 has 40"
    assert str(finding.mend) == mend


def test_numpy_abi_names_both_generations_and_both_errors() -> None:
    native = binaries(image("numexpr.interpreter", numpy=OLD), image("numexpr.other"))

    finding = only(numpy_abi, facts(native, "numpy==2.2.6", "numexpr==2.8.4"))

    assert str(finding) == "DG301 error: numexpr: built for NumPy 1, installed numpy 2.2.6"
    assert finding.why == (
        "numexpr.interpreter prints `AttributeError: _ARRAY_API not found`, then raises "
        "`ImportError: numpy.core.multiarray failed to import`"
    )
    assert finding.detail[0] == (
        "1 of 2 modules; certain, both values were read; `pip check` does not see it"
    )


def test_numpy_abi_judges_a_library_that_keeps_numpy_for_its_modules() -> None:
    native = binaries(image("pyarrow.lib"), library("libarrow_python.so", "pyarrow", numpy=OLD))

    finding = only(numpy_abi, facts(native, "numpy==2.0.2", "pyarrow==14.0.2"))

    assert finding.detail[0].startswith("its library libarrow_python.so; ")


@pytest.mark.parametrize(
    ("asks", "seen"),
    [
        (("numpy<2,>=1.22.4",), "`pip check` sees it too: pandas asks for numpy<2,>=1.22.4"),
        (("numpy>=1.22.4",), "`pip check` does not see it"),
        (("numpy<2; sys_platform == 'win32'",), "`pip check` does not see it"),
        ((), "`pip check` does not see it"),
    ],
)
def test_whether_pip_check_sees_it_is_read_from_the_metadata(asks: tuple[str, ...], seen: str) -> None:
    there = environment("numpy==2.0.2", installed("pandas==2.1.4", requires=asks))
    native = binaries(image("pandas._lib", numpy=OLD))

    finding = only(numpy_abi, evidence(("numpy==2.0.2", "pandas==2.1.4"), there, binaries=native))

    assert finding.detail[0].endswith(seen)


@pytest.mark.parametrize(
    ("feature", "message", "before"),
    [
        (
            "1.23",
            "built for NumPy 1.23 (0x10), installed numpy 1.21.6 (0xe)",
            "RuntimeError: module was compiled against NumPy C-API version 0x10 (NumPy 1.23) but the running "
            "NumPy has C-API version 0xe",
        ),
    ],
)
def test_numpy_api_names_both_versions(feature: str, message: str, before: str) -> None:
    native = binaries(image("numexpr.x", numpy=NEW._replace(feature=feature)), numpy=NUMPY_1_21, provided={})

    finding = only(numpy_api, facts(native, "numpy==1.21.6", "numexpr==2.10.1"))

    assert str(finding) == f"DG302 error: numexpr: {message}"
    assert finding.why == (
        f"numexpr.x prints `{before}`, then raises `ImportError: numpy._core.multiarray failed to import`"
    )
    assert str(finding.mend) == "uv add 'numpy>=1.23'"


@pytest.mark.parametrize("feature", ["1.20", "1.21", ""])
def test_numpy_api_is_quiet_on_what_the_installed_one_offers(feature: str) -> None:
    native = binaries(image("a.b", numpy=NEW._replace(feature=feature)), numpy=NUMPY_1_21, provided={})

    assert said(numpy_api, facts(native)) == []


def test_numpy_api_speaks_of_a_numpy_that_is_newer_than_the_table() -> None:
    native = binaries(image("a.b", numpy=NEW._replace(feature="9.1")), numpy=NUMPY_2)

    assert len(said(numpy_api, facts(native))) == 1


@pytest.mark.parametrize(
    ("there", "numpy", "provided", "images", "mend"),
    [
        pytest.param(
            environment("numpy==1.19.5", "mdanalysis==2.4.3"),
            NUMPY_1._replace(version="1.19.5", api=0xD),
            numpy_types(80, 96),
            (
                image(
                    "MDAnalysis._cutil",
                    "mdanalysis",
                    numpy=NumpyUse(ARRAY, 1, "1.20"),
                    sizes=(TypeSize("numpy", "ndarray", 88), DTYPE_96),
                ),
            ),
            "uv add 'numpy>=1.20,<2'",
            id="raised, and kept below what none of it runs on",
        ),
        pytest.param(
            environment("numpy==2.0.2", "pandas==1.5.3", interpreter=PYTHON_3_13),
            NUMPY_2,
            {},
            (image("pandas.x", numpy=OLD),),
            "uv add 'pandas>=2.2.2'",
            id="no NumPy 1 for this interpreter",
        ),
        pytest.param(
            environment("numpy==2.0.2", "unheard==1", interpreter=PYTHON_3_13),
            NUMPY_2,
            {},
            (image("unheard.x", numpy=OLD),),
            "None",
            id="nor a release that is known to be better",
        ),
        pytest.param(
            environment(
                "numpy==2.0.2", "pandas==1.5.3", installed("scipy==1.16.0", requires=("numpy>=2.0",))
            ),
            NUMPY_2,
            {},
            (image("pandas.x", numpy=OLD),),
            "uv add 'pandas>=2.2.2'",
            id="another needs NumPy 2",
        ),
        pytest.param(
            environment(
                "numpy==2.0.2", "pandas==1.5.3", installed("numba==0.58.1", requires=("numpy<1.26",))
            ),
            NUMPY_2,
            {},
            (image("pandas.x", numpy=OLD),),
            "uv add 'numpy<2'",
            id="what is not met now is not reckoned with",
        ),
        pytest.param(
            environment("numpy==1.21.6", "numexpr==2.10.1", installed("a==1", requires=("numpy<1.25",))),
            NUMPY_1_21,
            {},
            (image("numexpr.x", numpy=NEW),),
            "uv add 'numpy>=1.23,<1.25'",
            id="what is met now stays met",
        ),
        pytest.param(
            environment("numpy==2.0.2", "pandas==1.5.3", "polars==1"),
            NUMPY_2,
            {},
            (image("pandas.x", numpy=OLD), image("polars.x", numpy=NEW._replace(feature="2.0"))),
            "uv add 'pandas>=2.2.2'",
            id="other native code needs NumPy 2",
        ),
    ],
)
def test_the_mending_suits_all_that_is_installed(
    there: Environment, numpy: NumpyRuntime, provided: object, images: tuple[Image, ...], mend: str
) -> None:
    native = binaries(*images, numpy=numpy, provided=provided)
    wanted = tuple(f"{one.name}=={one.version}" for one in there.installed)
    given = evidence(wanted, there, binaries=native)

    (finding,) = (one for module in NUMPY_RULES for one in module.check(given))

    assert str(finding.mend) == mend
    assert (finding.mend is None) == (len(finding.detail) > 2), "it says why there is none"


@pytest.mark.parametrize(
    ("mender", "command"),
    [
        (MENDER._replace(format=LockFormat.REQUIREMENTS), "uv pip install --python .venv 'numpy<2'"),
        (
            MENDER._replace(format=LockFormat.REQUIREMENTS, pip=True),
            ".venv/bin/python -m pip install 'numpy<2'",
        ),
    ],
)
def test_the_mending_is_by_the_installer_that_is_there(mender: Mender, command: str) -> None:
    given = facts(binaries(image("pandas._lib", numpy=OLD)), mender=mender)

    assert str(only(numpy_abi, given).mend) == command


@pytest.mark.parametrize(
    ("module", "native", "pin"),
    [
        (numpy_abi, binaries(image("pandas._lib", numpy=OLD)), "numpy==2.0.2"),
        (
            numpy_pybind11,
            binaries(image("mapbox_earcut", "mapbox-earcut", numpy=MISREADS)),
            "mapbox-earcut==1.0.1",
        ),
    ],
)
@pytest.mark.parametrize("lock", LockFormat)
def test_a_pin_that_the_command_leaves_is_named(
    module: RuleModule, native: Binaries, pin: str, lock: LockFormat
) -> None:
    mender = MENDER._replace(format=lock)
    given = facts(native, "numpy==2.0.2", "pandas==1.5.3", "mapbox-earcut==1.0.1", mender=mender)

    told = [clause for clause in only(module, given).detail if "pin" in clause]

    expected = f"its pin {pin} has to be changed too: {LOCK}:12"
    assert told == ([] if lock is LockFormat.UV else [expected])


@pytest.mark.parametrize(
    ("module", "native", "pin"),
    [
        (numpy_abi, binaries(image("pandas._lib", numpy=OLD)), "numpy==1.26.4"),
        (numpy_abi, binaries(image("pandas._lib", numpy=OLD)), "pandas==2.2.3"),
        (python_tag, binaries(image("pandas._lib", tag="cpython-310-x86_64-linux-gnu")), "pandas==2.2.3"),
        (unloadable, binaries(image("pandas._lib", fault="is empty")), "pandas==2.2.3"),
        (unloadable, binaries(image("pandas._lib", fault="is empty")), "pandas==1.5.3+other"),
    ],
)
@pytest.mark.parametrize("lock", LockFormat)
def test_what_has_drifted_is_mended_by_the_same_command(
    module: RuleModule, native: Binaries, pin: str, lock: LockFormat
) -> None:
    wanted = {"numpy": "numpy==2.0.2", "pandas": "pandas==1.5.3", pin.partition("==")[0]: pin}
    given = facts(native, wanted=tuple(wanted.values()), mender=MENDER._replace(format=lock))

    assert only(module, given).mend == only(other_version, given).mend


SIZES = st.builds(
    TypeSize, st.sampled_from(["", "numpy"]), st.sampled_from(["ndarray", "dtype"]), st.integers(8, 120)
)
USES = st.none() | st.builds(
    NumpyUse, st.just(ARRAY), st.integers(0, 2), st.sampled_from(["", "1.20", "1.23", "2.0", "2.5"])
)
MODULES = st.lists(
    st.builds(
        lambda name, use, sizes: image(name, numpy=use, sizes=sizes),
        st.sampled_from(["a.b", "a.c", "b.d", "numpy.e"]),
        USES,
        st.lists(SIZES, max_size=2).map(tuple),
    ),
    max_size=5,
)


@hypothesis.given(MODULES, st.sampled_from([NUMPY_1, NUMPY_2, NUMPY_1_21]))
def test_numpy_is_spoken_of_once_a_distribution(images: list[Image], numpy: NumpyRuntime) -> None:
    native = binaries(*images, numpy=numpy, provided=numpy_types(88, 88))
    found = [one for module in (numpy_abi, numpy_api, type_size) for one in module.check(facts(native))]

    subjects = [one.subject for one in found]
    broken = {
        one.distribution
        for one in images
        if one.distribution != "numpy"
        and (
            any(size.size > 88 for size in one.sizes)
            or (one.numpy and (0 < one.numpy.abi < numpy.abi or c_api(one.numpy.feature) > numpy.api))
        )
    }
    assert sorted(subjects) == sorted(broken)


@hypothesis.given(st.integers(0, 500), st.integers(0, 64), st.integers(1, 600))
def test_a_type_offers_what_cython_3_counts(basicsize: int, itemsize: int, size: int) -> None:
    alignment = size % 8 or 8  # `__Pyx_ImportType`, with the alignment of a struct of pointers
    counted = basicsize + (max(itemsize, alignment) if itemsize else 0)

    assert offered(ProvidedType(basicsize, itemsize, "/x.so"), size) == counted


def test_the_mending_is_the_lock_where_that_has_another_numpy() -> None:
    native = binaries(image("pandas._lib", numpy=OLD))

    finding = only(numpy_abi, facts(native, wanted=("numpy==1.26.4", "pandas==1.5.3")))

    assert finding.mend == MENDER.sync()


def test_numpy_pybind11_warns_and_says_what_would_settle_it() -> None:
    native = binaries(image("hmmlearn._hmmc", numpy=NumpyUse(NumpyStyle.DYNAMIC, old_pybind11=True)))

    finding = only(numpy_pybind11, facts(native, "numpy==2.0.2", "hmmlearn==0.3.2"))

    assert str(finding) == (
        "DG304 warning: hmmlearn: built with pybind11 <2.12, installed numpy 2.0.2: may silently compute "
        "wrong numbers"
    )
    assert finding.detail[1] == "the same computation beside NumPy 1 would settle it"
    assert str(finding.mend) == "uv add 'hmmlearn>=0.3.3'"


def test_numpy_pybind11_is_quiet_beside_numpy_1() -> None:
    native = binaries(
        image("hmmlearn._hmmc", numpy=NumpyUse(NumpyStyle.DYNAMIC, old_pybind11=True)), numpy=NUMPY_1
    )

    assert said(numpy_pybind11, facts(native)) == []


def test_numpy_pybind11_lowers_numpy_where_no_better_release_is_known() -> None:
    native = binaries(image("odd._x", numpy=NumpyUse(NumpyStyle.DYNAMIC, old_pybind11=True)))

    assert str(only(numpy_pybind11, facts(native, "numpy==2.0.2", "odd==1")).mend) == "uv add 'numpy<2'"


FOREIGN = "cpython-312-x86_64-linux-gnu"
FREE = (".cpython-311t-x86_64-linux-gnu.so", ".so")


@pytest.mark.parametrize(
    "native",
    [
        pytest.param(binaries(image("a.b")), id="its own tag"),
        pytest.param(binaries(image("a.b", tag="abi3")), id="the stable ABI"),
        pytest.param(binaries(image("a.b", tag="")), id="no tag"),
        pytest.param(
            binaries(image("a.b", tag=FOREIGN, replaced=True), image("a.b")), id="also for this one"
        ),
        pytest.param(binaries(library("liba.so.5", "a")), id="a library"),
        pytest.param(binaries(suffixes=()), id="nothing there, and nobody was asked"),
        pytest.param(
            binaries(image("a.b", tag="cpython-311t-x86_64-linux-gnu"), suffixes=FREE, free_threaded=True),
            id="free-threaded under free-threaded",
        ),
    ],
)
def test_python_tag_is_quiet(native: Binaries) -> None:
    assert said(python_tag, facts(native)) == []


@pytest.mark.parametrize(
    ("native", "message"),
    [
        pytest.param(
            binaries(image("lxml.etree", tag=FOREIGN)),
            "error: lxml: built for cpython-312-x86_64-linux-gnu, installed CPython 3.11.7",
            id="another version",
        ),
        pytest.param(
            binaries(image("lxml.etree", tag="abi3"), suffixes=FREE, free_threaded=True),
            "error: lxml: built for abi3, installed CPython 3.11.7 (free-threaded)",
            id="the stable ABI has no free-threaded form",
        ),
        pytest.param(
            binaries(image("lxml.etree", tag="cpython-311t-x86_64-linux-gnu")),
            "error: lxml: built for cpython-311t-x86_64-linux-gnu, installed CPython 3.11.7",
            id="free-threaded under another",
        ),
        pytest.param(
            binaries(image("yaml._yaml", tag=FOREIGN, fallback=True)),
            "note: yaml: built for cpython-312-x86_64-linux-gnu, installed CPython 3.11.7",
            id="with a fallback",
        ),
        pytest.param(
            binaries(image("a.b", tag="cpython-311-x86_64-linux-musl")),
            "error: a: built for cpython-311-x86_64-linux-musl, installed CPython 3.11.7",
            id="another libc",
        ),
    ],
)
def test_python_tag_speaks(native: Binaries, message: str) -> None:
    assert said(python_tag, facts(native)) == [f"DG305 {message}"]


def test_python_tag_says_what_is_raised_and_reinstalls() -> None:
    native = binaries(image("lxml.etree", tag=FOREIGN), image("lxml.sax"), image("lxml._x", tag=FOREIGN))

    finding = only(python_tag, facts(native, "lxml==6.0.2"))

    assert finding.why == "lxml._x raises `ModuleNotFoundError: No module named 'lxml._x'`"
    assert finding.detail[0] == "2 of 3 modules; certain, both sides were read; `pip check` does not see it"
    assert finding.detail[1] == f"this interpreter takes .{CPYTHON}.so, .abi3.so, .so"
    assert str(finding.mend) == "uv sync --frozen --inexact --reinstall-package lxml"


def test_python_tag_is_skipped_where_the_interpreter_was_not_asked() -> None:
    with pytest.raises(FactUnavailable, match="not asked"):
        list(python_tag.check(facts(binaries(image("a.b"), suffixes=()))))


@pytest.mark.parametrize(
    "native",
    [
        pytest.param(binaries(image("a.b")), id="nothing is unresolved"),
        pytest.param(
            binaries(image("a.b", tag=FOREIGN, unresolved=("PyX",))), id="of a file that is not taken"
        ),
        pytest.param(binaries(image("a.b", unresolved=("PyX",), replaced=True)), id="of one replaced"),
    ],
)
def test_python_symbol_is_quiet(native: Binaries) -> None:
    assert said(python_symbol, facts(native)) == []


def test_python_symbol_names_the_symbol_and_the_interpreter() -> None:
    broken = image("yaml._yaml", tag="", unresolved=("_PyUnicode_Ready", "_PyX"))

    finding = only(python_symbol, facts(binaries(broken)))

    assert str(finding) == (
        "DG306 error: yaml: built for a Python with _PyUnicode_Ready and 1 more, "
        "installed CPython 3.11.7 has them not"
    )
    assert finding.why == (
        f"yaml._yaml raises `ImportError: {broken.path}: undefined symbol: _PyUnicode_Ready`"
    )
    assert finding.detail[0].startswith("its only module; certain")


@pytest.mark.parametrize(
    ("needed", "severity"), [((), "note"), (("libb.so",), "error"), (("libother.so",), "note")]
)
def test_python_symbol_is_an_error_in_a_library_only_where_a_module_asks_for_it(
    needed: tuple[str, ...], severity: str
) -> None:
    native = binaries(image("a.b", needed=needed), library("libb.so", "a", unresolved=("PyX",)))

    assert only(python_symbol, facts(native)).label == severity


@pytest.mark.parametrize(
    "native",
    [
        pytest.param(binaries(image("a.b")), id="sound, and for this machine"),
        pytest.param(binaries(image("a.b", machine="")), id="of a machine that nobody knows"),
        pytest.param(binaries(image("a.b", fault="is empty", replaced=True)), id="another is taken"),
        pytest.param(binaries(image("a.b", fault=DANGLING, fallback=True)), id="the source is taken"),
        pytest.param(binaries(image("a.b", tag=FOREIGN, machine="aarch64")), id="never looked at by Python"),
    ],
)
def test_unloadable_is_quiet(native: Binaries) -> None:
    assert said(unloadable, facts(native)) == []


@pytest.mark.parametrize(
    ("broken", "label", "message", "why"),
    [
        pytest.param(
            image("a.b", tag="abi3", fault="is truncated: a segment ends at 9 of 5 bytes"),
            "error",
            "`b.abi3.so` is truncated: a segment ends at 9 of 5 bytes",
            "loading it may kill the process with SIGBUS, before anything is raised",
            id="truncated",
        ),
        pytest.param(
            image("a.b", tag="abi3", fault="is empty"),
            "error",
            "`b.abi3.so` is empty",
            f"a.b raises `ImportError: {PACKAGES}/a/b.abi3.so: file too short`",
            id="empty",
        ),
        pytest.param(
            image("a.b", tag="abi3", fault="is not an ELF file: it begins with '<html>'"),
            "error",
            "`b.abi3.so` is not an ELF file: it begins with '<html>'",
            f"a.b raises `ImportError: {PACKAGES}/a/b.abi3.so: invalid ELF header`",
            id="a page of the web",
        ),
        pytest.param(
            image("a.b", tag="abi3", fault="cannot be read: Permission denied"),
            "unknown",
            "`b.abi3.so` cannot be read: Permission denied",
            "what cannot be read cannot be judged",
            id="not read",
        ),
        pytest.param(
            image("a.b", tag="abi3", fault=DANGLING),
            "error",
            "`b.abi3.so` is a link that leads nowhere",
            "importing it raises `ModuleNotFoundError: No module named 'a.b'`",
            id="a link of which the end is gone",
        ),
        pytest.param(
            library("plugin.so", "a", fault=DANGLING),
            "note",
            "`plugin.so` is a link that leads nowhere",
            "the dynamic loader does not find it",
            id="a link that nobody follows",
        ),
        pytest.param(
            image("a.b", tag="abi3", machine="aarch64"),
            "error",
            "built for aarch64, this machine is x86_64",
            f"a.b raises `ImportError: {PACKAGES}/a/b.abi3.so: cannot open shared object file: No such file or "
            "directory`, though it is there",
            id="another machine",
        ),
        pytest.param(
            library("plugin.so", "a", machine="aarch64"),
            "note",
            "built for aarch64, this machine is x86_64",
            f"plugin.so cannot be loaded: `{PACKAGES}/a.libs/plugin.so: cannot open shared object file: "
            "No such file or directory`, though it is there",
            id="what nobody imports",
        ),
    ],
)
def test_unloadable_speaks(broken: Image, label: str, message: str, why: str) -> None:
    finding = only(unloadable, facts(binaries(broken)))

    assert str(finding) == f"DG307 {label}: a: {message}"
    assert finding.why == why


def test_nobody_is_told_to_install_anew_what_was_not_read() -> None:
    unread = image("a.b", tag="abi3", fault="cannot be read: Permission denied")

    assert not [clause for clause in only(unloadable, facts(binaries(unread))).detail if "anew" in clause]


def lacking(*modules: Image, of: tuple[Image, ...], version: str = "") -> Binaries:
    """Make native code of which `modules` lack a library, or its version, and `of` are all there are."""
    libc = "/lib/libc.so.6"
    problems = tuple(
        LoadProblem(
            one.path, "libc.so.6" if version else "libGL.so.1", one.path, version, libc if version else ""
        )
        for one in modules
    )
    return binaries(*of, problems=problems)


A, B, C, TOP = image("a.b"), image("a.c"), image("a.d"), image("a")
PLUGIN = library("plugin.so", "a")


@pytest.mark.parametrize(
    ("native", "label", "reach"),
    [
        pytest.param(lacking(A, of=(A,)), "error", "its only module; certain", id="the only one"),
        pytest.param(lacking(A, of=(A, B)), "error", "1 of 2 modules; certain", id="half"),
        pytest.param(
            lacking(A, of=(A, B, C)),
            "warning",
            "1 of 3 modules; whether anything imports it only running can tell; certain",
            id="fewer",
        ),
        pytest.param(lacking(TOP, of=(TOP, A, B, C)), "error", "1 of 4 modules; certain", id="at the top"),
        pytest.param(
            lacking(PLUGIN, of=(A, PLUGIN)),
            "note",
            "its library plugin.so, optional: plug-ins that nothing imports; certain",
            id="a plug-in",
        ),
    ],
)
def test_a_missing_library_is_as_bad_as_what_cannot_be_loaded_without_it(
    native: Binaries, label: str, reach: str
) -> None:
    finding = only(missing_library, facts(native, "a==1"))

    assert str(finding) == f"DG308 {label}: a: needs libGL.so.1, not installed"
    assert finding.detail[0].startswith(reach)


def test_a_plug_in_that_nothing_imports_raises_nothing() -> None:
    finding = only(missing_library, facts(lacking(PLUGIN, of=(A, PLUGIN)), "a==1"))

    assert finding.why == (
        "plugin.so cannot be loaded: `libGL.so.1: cannot open shared object file: No such file or directory`"
    )


def test_missing_library_says_who_asks_and_names_several() -> None:
    problems = (
        LoadProblem(A.path, "libGL.so.1", f"{PACKAGES}/a.libs/libQt5Widgets.so.5"),
        LoadProblem(A.path, "libgthread-2.0.so.0", f"{PACKAGES}/a.libs/libQt5Core.so.5"),
    )

    finding = only(missing_library, facts(binaries(A, problems=problems), "a==1"))

    assert finding.message == "needs libGL.so.1, libgthread-2.0.so.0, not installed"
    assert finding.why == (
        "a.b raises `ImportError: libGL.so.1: cannot open shared object file: No such file or directory`, "
        "asked for by libQt5Widgets.so.5"
    )
    assert finding.detail[1] == (
        "to come from the operating system (Debian 12: libgl1, libglib2.0-0) or another distribution"
    )


def test_libraries_that_are_there_are_no_finding() -> None:
    assert said(missing_library, facts(binaries(A))) == []
    assert said(library_version, facts(lacking(A, of=(A,)))) == [], "one that is missing has no version"
    assert said(missing_library, facts(lacking(A, of=(A,), version="GLIBC_2.38"))) == []


def test_library_version_names_what_the_machine_has() -> None:
    finding = only(library_version, facts(lacking(A, of=(A,), version="GLIBC_2.38"), "a==1"))

    assert str(finding) == "DG309 error: a: needs GLIBC_2.38 of libc.so.6, installed has 2.36"
    assert finding.why == (
        f"a.b raises `ImportError: /lib/libc.so.6: version `GLIBC_2.38' not found (required by {A.path})`"
    )
    assert finding.mend is None
    assert finding.detail[1] == "a release of a built for an older system would do, or a newer system"


@pytest.mark.parametrize(
    ("asks", "told"),
    [
        (("PyQt6-Qt6>=6.8",), "`pip check` sees it too: pyqt6 asks for pyqt6-qt6>=6.8"),
        ((), "`pip check` does not see it"),
    ],
)
def test_library_version_names_the_distribution_that_brings_the_library(
    asks: tuple[str, ...], told: str
) -> None:
    core, qt = image("PyQt6.QtCore", "pyqt6", tag="abi3"), library("libQt6Core.so.6", "pyqt6-qt6")
    problem = LoadProblem(core.path, "libQt6Core.so.6", core.path, "Qt_6.8", qt.path)
    there = environment(installed("pyqt6==6.8.0", requires=asks), "pyqt6-qt6==6.4.2")
    given = evidence(
        ("pyqt6==6.8.0", "pyqt6-qt6==6.4.2"), there, binaries=binaries(core, qt, problems=(problem,))
    )

    finding = only(library_version, given)

    assert finding.message == (
        "needs Qt_6.8 of libQt6Core.so.6, which the installed pyqt6-qt6 6.4.2 does not have"
    )
    assert finding.detail[0].endswith(told)
    assert str(finding.mend) == "uv add 'pyqt6-qt6>=6.8,<6.9'"


@pytest.mark.parametrize(
    ("lxml", "xmlsec", "count"),
    [
        ("21406", "21206", 1),
        ("21406", "21406", 0),
        ("", "21206", 0),
        ("21406", "", 0),
    ],
)
def test_libxml2_compares_what_both_were_built_with(lxml: str, xmlsec: str, count: int) -> None:
    native = binaries(image("lxml.etree", libxml2=lxml), image("xmlsec", libxml2=xmlsec))

    assert len(said(libxml2, facts(native, "lxml==6.0.2", "xmlsec==1.3.14"))) == count


def test_libxml2_names_both_versions_and_the_error() -> None:
    native = binaries(image("lxml.etree", libxml2="21406"), image("xmlsec", libxml2="21206"))

    finding = only(libxml2, facts(native, "lxml==6.0.2", "xmlsec==1.3.14"))

    assert finding.message == "built with libxml2 2.12.6, installed lxml 6.0.2 with 2.14.6"
    assert finding.why == (
        "xmlsec raises `xmlsec.InternalError: (-1, 'lxml & xmlsec libxml2 library version mismatch')`"
    )


@pytest.mark.parametrize(
    ("baseline", "there", "message"),
    [
        ("X86_V2", {"X86_V2"}, ""),
        ("SSE SSE2 SSE3", {"SSE3"}, ""),
        ("SOMETHING_NEW", set(), ""),
        ("", set(), ""),
        ("X86_V2", {"SSE3"}, "built for processors with X86_V2, this one has it not"),
        ("X86_V2 X86_V3", set(), "built for processors with X86_V2 X86_V3, this one has them not"),
    ],
)
def test_cpu_baseline_speaks_of_what_the_processor_is_known_to_lack(
    baseline: str, there: set[str], message: str
) -> None:
    native = binaries(
        image("numpy._core._m", cpu_baseline=baseline), host=HOST._replace(cpu=frozenset(there))
    )

    assert said(cpu_baseline, facts(native)) == ([f"DG311 error: numpy: {message}"] if message else [])


def test_cpu_baseline_is_skipped_only_where_something_asks_of_an_unknown_processor() -> None:
    host = HOST._replace(cpu=Unavailable("`/proc/cpuinfo` cannot be read"))

    assert said(cpu_baseline, facts(binaries(image("a.b"), host=host))) == []
    with pytest.raises(FactUnavailable, match="cpuinfo"):
        list(cpu_baseline.check(facts(binaries(image("a.b", cpu_baseline="X86_V2"), host=host))))


@pytest.mark.parametrize(
    ("names", "count"),
    [
        (("libiomp5.so", "libomp.so"), 1),
        (("libiomp5.so", "libomp-7f2ea4f5.so.5"), 1),
        (("libiomp5.so", "libgomp-a34b3233.so.1"), 0),
        (("libgomp-a34b3233.so.1", "libgomp-d22c30c5.so.1"), 0),
        (("libomp.so", "libomp-7f2ea4f5.so.5"), 0),
        (("libiomp5.so", "libompi.so"), 0),
    ],
)
def test_openmp_warns_of_the_two_that_do_not_bear_each_other(names: tuple[str, ...], count: int) -> None:
    native = binaries(*(library(name, f"d{number}") for number, name in enumerate(names)))

    assert [line[:13] for line in said(openmp, facts(native))] == ["DG312 warning"] * count


SCIPY = ("gensim==4.3.2", "scipy==1.13.1")


@pytest.mark.parametrize(
    ("there", "native"),
    [
        pytest.param(("gensim==4.3.3", "scipy==1.13.1"), binaries(), id="the first release that does"),
        pytest.param(("gensim==4.3.2", "scipy==1.12.0"), binaries(), id="the last release that bears it"),
        pytest.param(("gensim==4.3.2",), binaries(), id="only one of them is there"),
        pytest.param(
            ("pandas==1.5.3", "numpy==2.0.2"),
            binaries(image("pandas._lib", numpy=NEW)),
            id="the files were read, and tell another thing",
        ),
        pytest.param(
            ("gevent==20.9.0", "greenlet==2.0.2"),
            binaries(image("gevent._x", sizes=(TypeSize("greenlet", "greenlet", 40),))),
            id="the sizes were read",
        ),
        pytest.param(
            ("pyqt6==6.8.0", "pyqt6-qt6==6.4.2"),
            binaries(image("PyQt6.QtCore", "pyqt6", tag="abi3")),
            id="the loader was followed",
        ),
    ],
)
def test_known_pair_is_quiet(there: tuple[str, ...], native: Binaries) -> None:
    assert said(known_pair, facts(native, *there)) == []


@pytest.mark.parametrize(
    ("there", "native", "said_of"),
    [
        pytest.param(
            SCIPY,
            binaries(image("gensim.x")),
            "error: gensim: does not work with scipy>=1.13, installed gensim 4.3.2 and scipy 1.13.1",
            id="which no file tells",
        ),
        pytest.param(
            ("pandas==1.5.3", "numpy==2.0.2"),
            binaries(),
            "error: pandas: does not work with numpy>=2, installed pandas 1.5.3 and numpy 2.0.2",
            id="the files could not be read",
        ),
        pytest.param(
            ("gensim==4.3.3", "numpy==2.0.2"),
            binaries(image("gensim.x", machine="aarch64"), host=HOST._replace(machine="aarch64")),
            "error: gensim: does not work with numpy>=2, installed gensim 4.3.3 and numpy 2.0.2",
            id="sizes are not read on this machine",
        ),
        pytest.param(
            ("hmmlearn==0.3.2", "numpy==2.0.2"),
            binaries(),
            "warning: hmmlearn: does not work with numpy>=2, installed hmmlearn 0.3.2 and numpy 2.0.2",
            id="silent",
        ),
        pytest.param(
            ("openai==1.55.2", "httpx==0.28.0"),
            binaries(),
            "warning: openai: does not work with httpx>=0.28, installed openai 1.55.2 and httpx 0.28.0",
            id="when used",
        ),
    ],
)
def test_known_pair_speaks(there: tuple[str, ...], native: Binaries, said_of: str) -> None:
    assert said(known_pair, facts(native, *there)) == [f"DG313 {said_of}"]


def test_known_pair_says_how_it_is_known_and_what_ends_it() -> None:
    finding = only(known_pair, facts(binaries(), *SCIPY))

    assert finding.why == "importing it raises `ImportError: cannot import name 'triu' from 'scipy.linalg'`"
    assert finding.detail == (
        "known pair: seen when run, both sides of the bound were run; `pip check` does not see it",
    )
    assert str(finding.mend) == "uv add 'scipy<1.13'"


def test_what_was_not_read_is_unknown() -> None:
    native = binaries(unread=("`/etc/ld.so.cache` is damaged",))

    assert said(unread, facts(binaries())) == []
    mac = binaries(elsewhere="native code is read on Linux only")
    assert said(unread, facts(mac)) == ["DG314 note: native code: native code is read on Linux only"]
    assert said(unread, facts(native)) == ["DG314 unknown: native code: `/etc/ld.so.cache` is damaged"]
