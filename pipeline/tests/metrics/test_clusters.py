"""Profiles: found where they are, named for what they have most of, under the same names the next night."""

import numpy as np
import pandas as pd
import pytest

from hawks_pipeline.metrics import clusters, frames

KINDS = {
    # restricted, paint, mid, corner3, break3, three_rate, ft_rate, usg, xpps
    "rim finishers": (0.70, 0.20, 0.04, 0.02, 0.04, 0.06, 0.40, 0.16, 1.20),
    "corner spacers": (0.15, 0.08, 0.05, 0.32, 0.40, 0.72, 0.12, 0.13, 1.12),
    "mid-range creators": (0.18, 0.25, 0.35, 0.04, 0.18, 0.22, 0.25, 0.25, 0.95),
    "above-the-break shooters": (0.10, 0.10, 0.08, 0.06, 0.66, 0.72, 0.15, 0.20, 1.03),
    "paint scorers": (0.25, 0.55, 0.12, 0.01, 0.07, 0.08, 0.22, 0.20, 0.97),
}


def people(*, each: int = 20, seed: int = 1, drift: float = 0.0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    rows = []
    for kind, middle in enumerate(KINDS.values()):
        for n in range(each):
            values = np.array(middle) * random.normal(1 + drift, 0.06, len(middle))
            values[:5] /= values[:5].sum()
            rows.append(dict(zip(frames.PROFILE, values, strict=True)) | {"player_id": 100 * kind + n + 1})
    return pd.DataFrame(rows).assign(team_id=1, player_name="A", n=300.0)


def grouped(
    monkeypatch: pytest.MonkeyPatch, players: pd.DataFrame, before: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    monkeypatch.setattr(clusters, "profiles", lambda *_: players)
    nothing = pd.DataFrame()
    return clusters.clusters(nothing, nothing, nothing, before)


def test_kinds_are_found_and_named_for_what_they_have_most_of(monkeypatch: pytest.MonkeyPatch) -> None:
    players, centres = grouped(monkeypatch, people())

    assert len(centres) == 5
    assert players.groupby(players["player_id"] // 100)["name"].nunique().tolist() == [1] * 5
    named = players.groupby(players["player_id"] // 100)["name"].first().tolist()
    assert named[:4] == list(KINDS)[:4]
    assert centres["players"].tolist() == [20] * 5


def test_the_same_players_are_the_same_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    for one, two in zip(grouped(monkeypatch, people()), grouped(monkeypatch, people()), strict=True):
        pd.testing.assert_frame_equal(one, two)


def test_names_hold_from_night_to_night(monkeypatch: pytest.MonkeyPatch) -> None:
    tonight, centres = grouped(monkeypatch, people())
    given = centres.assign(name=[f"group {n}" for n in centres["cluster"]])
    tomorrow, after = grouped(monkeypatch, people(seed=2, drift=0.01), given)
    names = dict(zip(tonight["player_id"], tonight["cluster"], strict=True))

    assert {player: f"group {number}" for player, number in names.items()} == dict(
        zip(tomorrow["player_id"], tomorrow["name"], strict=True)
    )
    assert after["name"].tolist() == [f"group {n}" for n in range(5)]


def test_a_new_group_takes_a_name_that_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    _, centres = grouped(monkeypatch, people())
    three = centres[centres["name"].isin(list(KINDS)[:3])]
    _, after = grouped(monkeypatch, people(), three)

    assert len(after["name"].unique()) == 5
    assert set(three["name"]) < set(after["name"])


def test_as_many_groups_as_last_night_unless_clearly_better(monkeypatch: pytest.MonkeyPatch) -> None:
    players = people(each=12)
    random = np.random.default_rng(3)
    noise = players.assign(
        **{name: players[name] * random.normal(1, 0.35, len(players)).clip(0.2) for name in frames.PROFILE}
    )
    space = clusters._space(noise[list(frames.PROFILE)].to_numpy())
    scaled = (space - space.mean(axis=0)) / space.std(axis=0)
    scores = {size: found.score for size in clusters.SIZES if (found := clusters._group(scaled, size))}
    best = max(scores, key=lambda size: scores[size])

    for usual, score in scores.items():
        expected = usual if score > scores[best] - clusters.BETTER else best
        found = clusters._grouping(scaled, usual)
        assert found
        assert found.labels.max() + 1 == expected
    assert len(set(scores.values())) > 1


def test_players_who_are_all_alike_are_no_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    alike = people().assign(**dict.fromkeys(frames.PROFILE, 0.2))
    players, centres = grouped(monkeypatch, alike)

    assert (len(players), len(centres)) == (0, 0)


def test_too_few_players_are_no_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    players, centres = grouped(monkeypatch, people(each=7))

    assert (len(players), len(centres)) == (0, 0)
    assert list(players.columns) == list(frames.CONTRACTS["clusters"].columns)
