"""The live code path, against a server on this machine that fails as it is told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import pytest
import requests
from nba_api.stats.endpoints import LeagueGameLog, ShotChartDetail
from nba_api.stats.library.http import NBAStatsHTTP

from hawks_pipeline.errors import ContractError, UpstreamError, UsageError
from hawks_pipeline.simulated.faults import COLUMNS, CONTENT, Kind
from hawks_pipeline.simulated.server import Stub
from hawks_pipeline.sources import Request, calls
from hawks_pipeline.sources.live import LiveSource
from hawks_pipeline.sources.pace import LEAGUE, LOOPBACK, Pace, Policy, policy_of
from hawks_pipeline.sources.simulated import SimulatedSource
from hawks_pipeline.sources.transport import Redirect, Transport

SEED, SEASON = 7, "2026-27"
DAY = date(2026, 11, 23)
HAWKS = 1610612737
SCOREBOARD = calls.scoreboard(DAY)
MOMENT = datetime(2026, 11, 24, 10, tzinfo=UTC)
QUICK = replace(LOOPBACK, first_wait=0.5, longest_wait=4.0, read=10.0)

NIGHT = {
    "boxscoretraditionalv3": calls.box_score("0022600100"),
    "commonteamroster": calls.roster(HAWKS, SEASON),
    "leaguedashplayerstats": calls.official_players(SEASON, DAY),
    "leaguedashteamstats": calls.official_teams(SEASON, DAY),
    "leaguegamelog": calls.player_log(SEASON, DAY, DAY),
    "scoreboardv3": SCOREBOARD,
    "shotchartdetail": calls.shots(SEASON, DAY, DAY),
    "shotchartleaguewide": calls.league_zones(SEASON),
}


@dataclass
class Time:
    """A clock that moves when somebody sleeps, and remembers for how long."""

    moment: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += seconds

    def pace(self, *, chance: float = 1.0) -> Pace:
        return Pace(clock=lambda: self.moment, sleep=self.sleep, chance=lambda: chance)


@dataclass
class Bench:
    stub: Stub
    time: Time
    transport: Transport


Start = Callable[..., Bench]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[Bench] = []

    def begin(*faults: str, policy: Policy = QUICK, chance: float = 1.0) -> Bench:
        stub, time = Stub(seed=SEED, faults=faults).start(), Time()
        pace = time.pace(chance=chance)
        transport = Transport(base=stub.url, pace=pace, policy=policy, now=lambda: MOMENT, simulated=True)
        started.append(Bench(stub, time, transport))
        return started[-1]

    yield begin
    for bench in started:
        bench.transport.close()
        bench.stub.close()


class TestAnAnswer:
    @pytest.mark.parametrize("endpoint", NIGHT)
    def test_comes_with_its_body_its_time_and_who_asked(self, start: Start, endpoint: str) -> None:
        answer = start().transport.get(NIGHT[endpoint])

        assert answer.request == NIGHT[endpoint]
        assert answer.body.startswith((b'{"resource":', b'{"meta":'))
        assert (answer.status, answer.fetched_at, answer.simulated) == (200, MOMENT, True)
        assert answer.nba_api.startswith("1.")

    def test_is_the_same_whether_packed_or_not(self, start: Start) -> None:
        bench, request = start(), NIGHT["shotchartdetail"]
        plain = requests.get(
            f"{bench.stub.url}/stats/{request.endpoint}",
            params=request.parameters,
            headers={"Accept-Encoding": "identity"},
            timeout=10,
        )

        packed = requests.get(plain.url, headers={"Accept-Encoding": "gzip"}, timeout=10)

        assert "Content-Encoding" not in plain.headers
        assert (packed.headers["Content-Encoding"], packed.headers["Transfer-Encoding"]) == (
            "gzip",
            "chunked",
        )
        assert bench.transport.get(request).body == plain.content

    def test_can_be_had_by_nba_api_alone(self, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
        session = requests.Session()
        session.trust_env = False
        session.mount("https://stats.nba.com/", Redirect(start().stub.url))
        monkeypatch.setattr(NBAStatsHTTP, "_session", session)

        log = LeagueGameLog(season=SEASON, player_or_team_abbreviation="P").get_data_frames()[0]
        chart = ShotChartDetail(
            team_id=HAWKS, player_id=0, season_nullable=SEASON, context_measure_simple="FGA"
        ).shot_chart_detail.get_data_frame()

        assert len(log) > 25_000
        assert len(chart) == log.loc[log["TEAM_ID"] == HAWKS, "FGA"].sum()


class TestWhatCanHeal:
    @pytest.mark.parametrize("kind", ["429", "500", "message", "html", "empty", "blank", "truncated", "drop"])
    def test_is_asked_again(self, start: Start, kind: str) -> None:
        bench = start(f"{kind}*2")

        assert bench.transport.get(SCOREBOARD).body.startswith(b'{"meta"')
        assert bench.stub.requests == 3
        assert len(bench.time.slept) == 2

    @pytest.mark.parametrize("kind", ["hang", "trickle"])
    def test_is_not_waited_for_without_end(self, start: Start, kind: str) -> None:
        bench = start(f"{kind}*1", policy=replace(QUICK, read=0.2))
        ticks = iter(range(1000, 10**9, 50))
        bench.transport._pace = replace_clock(bench, lambda: float(next(ticks)))

        assert bench.transport.get(SCOREBOARD).status == 200
        assert bench.stub.requests == 2

    def test_waits_double_up_to_a_limit(self, start: Start) -> None:
        bench = start("500")

        with pytest.raises(UpstreamError):
            bench.transport.get(SCOREBOARD)
        assert bench.time.slept == [0.5, 1.0, 2.0, 4.0]

    def test_is_told_in_the_log(self, start: Start, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level("WARNING", logger="hawks_pipeline"):
            start("html*1").transport.get(SCOREBOARD)

        (record,) = caplog.records
        data = record.__dict__["data"]
        assert record.getMessage() == "asked again"
        assert (str(data["request"]), data["wait_s"]) == ("scoreboardv3(GameDate=2026-11-23)", 0.5)
        assert str(data["reason"]) == "a web page instead of data"

    def test_half_of_a_wait_is_chance(self, start: Start) -> None:
        bench = start("500", chance=0.0)

        with pytest.raises(UpstreamError):
            bench.transport.get(SCOREBOARD)
        assert bench.time.slept == [0.25, 0.5, 1.0, 2.0]

    def test_the_host_says_how_long_to_wait(self, start: Start) -> None:
        bench = start("429*1")
        bench.transport.get(SCOREBOARD)

        # Its second is longer than our half.
        assert bench.time.slept == [1.0]

    def test_a_host_that_wants_to_be_left_alone_is(self, start: Start) -> None:
        bench = start("429", policy=replace(QUICK, longest_wait=0.9))

        with pytest.raises(UpstreamError, match="to be left alone for 1 s"):
            bench.transport.get(SCOREBOARD)
        assert (bench.stub.requests, bench.time.slept) == (1, [])

    def test_what_does_not_heal_in_five_attempts_is_told(self, start: Start) -> None:
        bench = start("html")

        with pytest.raises(UpstreamError) as caught:
            bench.transport.get(SCOREBOARD)
        assert str(caught.value) == ("scoreboardv3(GameDate=2026-11-23): a web page instead of data, 5 times")
        assert bench.stub.requests == 5

    def test_nobody_there_can_heal_too(self, start: Start) -> None:
        bench = start()
        bench.stub.close()

        with pytest.raises(UpstreamError, match=r"no answer \(ConnectionError\), 5 times"):
            bench.transport.get(SCOREBOARD)


class TestWhatCannotHeal:
    def test_shut_out(self, start: Start) -> None:
        bench = start("403")

        with pytest.raises(UpstreamError, match="shuts us out"):
            bench.transport.get(SCOREBOARD)
        assert (bench.stub.requests, bench.time.slept) == (1, [])

    def test_a_request_that_is_not_understood(self, start: Start) -> None:
        bench = start()

        with pytest.raises(ContractError, match=r"playergamelog\(.*HTTP 404"):
            bench.transport.get(Request.of("playergamelog", {"Season": SEASON}))
        with pytest.raises(ContractError, match="The Season property is required"):
            bench.transport.get(Request.of("leaguegamelog", {"PlayerOrTeam": "P"}))
        assert bench.stub.requests == 2


class TestTheBreaker:
    def test_opens_after_three_calls_in_a_row(self, start: Start) -> None:
        bench = start("403")
        for _ in range(3):
            with pytest.raises(UpstreamError, match="shuts us out"):
                bench.transport.get(SCOREBOARD)

        with pytest.raises(UpstreamError, match="not asked any more: 3 calls in a row have failed"):
            bench.transport.get(NIGHT["leaguegamelog"])
        assert bench.stub.requests == 3

    def test_a_good_call_in_between_keeps_it_closed(self, start: Start) -> None:
        bench = start("403@scoreboardv3")
        for request in [SCOREBOARD, SCOREBOARD, NIGHT["commonteamroster"]] * 2:
            if request is SCOREBOARD:
                with pytest.raises(UpstreamError, match="shuts us out"):
                    bench.transport.get(request)
            else:
                bench.transport.get(request)
        assert bench.stub.requests == 6

    def test_attempts_are_no_calls(self, start: Start) -> None:
        bench = start("500*4")

        assert bench.transport.get(SCOREBOARD).status == 200
        assert bench.transport.get(SCOREBOARD).status == 200


class TestThePace:
    def test_belongs_to_the_host(self) -> None:
        assert policy_of("stats.nba.com") is LEAGUE
        assert policy_of("example.org") is LEAGUE
        assert policy_of("127.0.0.1") is policy_of("localhost") is policy_of("::1") is LOOPBACK
        assert (LEAGUE.interval, LEAGUE.connect, LEAGUE.read) == (1.0, 5.0, 30.0)
        assert LOOPBACK.interval == LOOPBACK.jitter == 0.0

    def test_the_league_is_asked_once_a_second_and_a_little_less(self, start: Start) -> None:
        bench = start(policy=LEAGUE, chance=0.5)
        for _ in range(3):
            bench.transport.get(SCOREBOARD)

        assert bench.time.slept == pytest.approx([1.15, 1.15])

    def test_time_that_has_passed_is_not_waited_for(self, start: Start) -> None:
        bench = start(policy=LEAGUE, chance=0.5)
        bench.transport.get(SCOREBOARD)
        bench.time.moment += 0.9
        bench.transport.get(SCOREBOARD)
        bench.time.moment += 60
        bench.transport.get(SCOREBOARD)

        assert bench.time.slept == pytest.approx([0.25])

    def test_this_machine_is_asked_at_once(self, start: Start) -> None:
        bench = start()
        for _ in range(3):
            bench.transport.get(SCOREBOARD)

        assert bench.time.slept == []

    def test_trying_again_keeps_the_pace(self, start: Start) -> None:
        bench = start("500*1", policy=replace(LEAGUE, first_wait=0.1), chance=0.0)
        bench.transport.get(SCOREBOARD)

        assert bench.time.slept == pytest.approx([0.05, 0.95])


class TestProxies:
    def test_what_the_environment_says_is_not_for_this_machine(
        self, start: Start, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "NBA_API_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv("NBA_API_REQUIRE_PROXY", "1")

        assert start().transport.get(SCOREBOARD).status == 200

    def test_the_league_is_asked_through_it_and_its_password_is_not_told(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Nobody listens at port 9: the league itself is not reached.
        monkeypatch.setenv("NBA_API_PROXY", "http://somebody:secret@127.0.0.1:9")
        source = LiveSource(Transport(pace=Time().pace(), policy=replace(LEAGUE, attempts=2)))

        with pytest.raises(UpstreamError) as caught:
            source.fetch(SCOREBOARD)
        assert "no answer (ProxyError), 2 times" in str(caught.value)
        assert "secret" not in repr(caught.value)

    def test_no_proxy_where_one_is_demanded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("NBA_API_PROXY", raising=False)
        monkeypatch.setenv("NBA_API_REQUIRE_PROXY", "1")

        with pytest.raises(UsageError):
            Transport()

    def test_a_simulated_session_reaches_nobody_else(self, start: Start) -> None:
        session = start().transport._session

        for address in ("https://www.nba.com/", "http://stats.nba.com/stats/x", "http://example.org/"):
            with pytest.raises(requests.exceptions.InvalidURL):
                session.get(address, timeout=1)


def replace_clock(bench: Bench, clock: Callable[[], float]) -> Pace:
    return Pace(clock=clock, sleep=bench.time.sleep, chance=lambda: 1.0)


HEALING = sorted(set(Kind) - CONTENT)


class TestEveryFaultOnEveryEndpoint:
    @pytest.mark.parametrize("kind", HEALING)
    @pytest.mark.parametrize("endpoint", COLUMNS)
    def test_that_does_not_arrive_is_the_upstream(self, endpoint: str, kind: Kind) -> None:
        policy = replace(LOOPBACK, attempts=2, read=0.15 if kind is Kind.HANG else 5.0, whole=0.1)
        source = SimulatedSource(
            SEED, faults=[f"{kind}@{endpoint}"], pace=Pace(sleep=lambda _: None), policy=policy
        )
        try:
            with pytest.raises(UpstreamError) as caught:
                source.fetch(NIGHT[endpoint])
            assert str(caught.value).startswith(f"{endpoint}(")
        finally:
            source.close()

    @pytest.mark.parametrize("endpoint", ["shotchartdetail", "leaguegamelog"])
    def test_days_that_nobody_asked_for_are_a_broken_contract(self, endpoint: str) -> None:
        source = SimulatedSource(SEED, as_of=DAY, faults=[Kind.CAP])
        with pytest.raises(ContractError, match=r"[0-9,]+ of [0-9,]+ rows are of days that were not asked"):
            source.fetch(NIGHT[endpoint])
        source.close()

    def test_that_says_the_wrong_thing_about_shots_is_a_broken_contract(self) -> None:
        for kind, reason in ((Kind.CAP, "cut off at 102,400 shots"), (Kind.MAKES_ONLY, "are makes")):
            source = SimulatedSource(SEED, faults=[kind])
            with pytest.raises(ContractError, match=reason):
                source.fetch(NIGHT["shotchartdetail"])
            source.close()


class TestTheSimulatedSource:
    def test_says_what_it_is(self) -> None:
        source = SimulatedSource(SEED, as_of=DAY)
        answer = source.fetch(SCOREBOARD)
        source.close()

        assert (source.name, source.simulated, source.requests) == ("simulated (seed 7)", True, 1)
        assert answer.simulated
        assert answer.fetched_at == MOMENT

    def test_the_same_night_is_the_same_answers(self) -> None:
        def night() -> list[object]:
            source = SimulatedSource(SEED, as_of=DAY)
            try:
                return [source.fetch(request) for request in NIGHT.values()]
            finally:
                source.close()

        assert night() == night()

    def test_the_live_source_does_not_claim_to_be_simulated(self) -> None:
        source = LiveSource(Transport(base="http://127.0.0.1:9"))
        source.close()

        assert (source.name, source.simulated) == ("stats.nba.com", False)
