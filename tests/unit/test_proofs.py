"""A proof's report holds as long as no file that it rests on has changed; a part of a proof is drawn by the commit."""

import json
import re

import pytest

from citycoin.development.domain.proofs import PROOFS, Proof
from citycoin.development.operations import lane_runs, proving
from citycoin.development.queries import proof_files
from citycoin.runtime.domain.addresses import ROOT
from contracts.tools import analysis, campaign, mutants
from tests.browser import lighthouse

PROOF = Proof("sample", "it holds", ("script.py",), ("src/**/*.sol", "lock"), ())


@pytest.fixture
def root(tmp_path):
    """A checkout with what the proof rests on, and a report that fits."""
    (tmp_path / "src" / "deep").mkdir(parents=True)
    (tmp_path / "src" / "deep" / "A.sol").write_text("one")
    (tmp_path / "lock").write_text("two")
    report = proof_files.report_file(PROOF, root=tmp_path)
    report.parent.mkdir(parents=True)
    report.write_text(json.dumps({"rests_on": proof_files.rests_on(PROOF, root=tmp_path)}))
    return tmp_path


class TestReport:
    def test_proof_report_holds_while_nothing_that_it_rests_on_changes(self, root):
        (root / "elsewhere").write_text("three")

        assert proof_files.missing(PROOF, root=root) == ""

    @pytest.mark.parametrize(
        "change",
        [
            lambda root: (root / "src" / "deep" / "A.sol").write_text("One"),
            lambda root: (root / "src" / "deep" / "A.sol").rename(root / "src" / "deep" / "B.sol"),
            lambda root: (root / "src" / "C.sol").write_text(""),
        ],
        ids=["content", "name", "another"],
    )
    def test_proof_report_after_a_change_is_refused_with_the_command_that_mends_it(self, root, change):
        change(root)

        said = proof_files.missing(PROOF, root=root)

        assert "docs/proofs/sample.json" in said
        assert said.endswith("./city prove sample")

    def test_proof_report_that_is_missing_is_named_with_its_command(self, root):
        proof_files.report_file(PROOF, root=root).unlink()

        said = proof_files.missing(PROOF, root=root)

        assert said == "docs/proofs/sample.json is missing; prove it anew: ./city prove sample"

    def test_proof_report_that_rests_on_a_missing_file_is_refused(self, root):
        (root / "lock").unlink()

        with pytest.raises(proof_files.RestsOnNothing, match="lock"):
            proof_files.missing(PROOF, root=root)


class TestProofs:
    @pytest.mark.parametrize("proof", PROOFS.values(), ids=PROOFS)
    def test_proof_rests_on_its_script_and_knows_the_versions_of_its_tools(self, proof):
        files = {file for pattern in proof.rests_on for file in ROOT.glob(pattern)}

        assert ROOT / proof.script[0] in files
        assert all(proof_files.locked_versions(proof).values())

    def test_proof_that_fails_leaves_no_report(self, tmp_path, monkeypatch):
        failing = Proof("failing", "it fails", ("-c", "raise SystemExit(1)"), ("city",), ())
        monkeypatch.setattr(proof_files, "report_file", lambda proof: tmp_path / proof.name)

        with pytest.raises(proving.ProofFailed):
            proving.prove(failing)

        assert not (tmp_path / "failing").exists()


class TestPart:
    def test_part_of_a_proof_is_the_same_for_one_seed_and_another_for_another(self):
        names = [mutant.name for mutant in mutants.all_mutants()]

        drawn = {seed: analysis.drawn(names, seed=seed, count=2) for seed in ("a", "b")}

        assert drawn["a"] == analysis.drawn(names[::-1], seed="a", count=2)
        assert drawn["a"] != drawn["b"]

    def test_part_of_coverage_is_drawn_from_files_whose_tests_reach_lines(self):
        files = analysis.covering(analysis.CONTRACTS)

        assert {"Settle.t.sol", "Budgets.t.sol"} <= set(files)
        assert {"Gas.t.sol", "Invariants.t.sol", "Symbolic.t.sol"} & set(files) == set()

    def test_mutant_that_is_drawn_is_one_that_must_be_killed(self):
        listed = mutants.all_mutants()

        assert not any(mutants.drawn(listed, seed=str(seed)).survives for seed in range(50))

    def test_part_of_the_campaign_plays_other_runs_for_another_commit(self):
        assert campaign.drawn_seed("a") == campaign.drawn_seed("a") != campaign.drawn_seed("b")

    def test_part_of_the_campaign_asks_for_all_that_the_whole_asks_for(self):
        assert campaign.PART_LEAST.keys() == campaign.LEAST.keys()
        assert min(campaign.PART_LEAST.values()) > 0

    def test_lane_of_the_proofs_counts_their_sum_and_not_the_line_of_one_proof(self):
        assert lane_runs.COUNTED.findall("4 passed, 0 failed") == [("4", "0")]
        assert lane_runs.COUNTED.findall("   1 passed, 0 failed") == []


class TestCampaign:
    def test_whole_campaign_has_the_runs_that_foundry_is_set_to(self):
        assert campaign.foundry()["invariant"]["runs"] == campaign.LEAST["runs"]

    def test_campaign_counts_the_last_run_once_though_forge_plays_it_twice(self):
        sums = campaign.summed(["calls=10 reverted=4", "calls=20 reverted=5", "calls=20 reverted=5"])

        assert sums == {"runs": 2, "calls": 30, "reverted": 9, "went-through-percent": 70}

    def test_campaign_in_which_too_little_happened_says_what_and_how_little(self):
        sums = campaign.summed(["refused-1=9", "refused-2=10"])

        said = list(campaign.shortfalls(sums, {"refused-1": 10, "refused-2": 10, "denied-issuer": 1}))

        assert said == ["refused-1 is 9, and must be 10 or more", "denied-issuer is 0, and must be 1 or more"]

    def test_campaign_that_wrote_nothing_is_short_of_everything(self):
        assert len(list(campaign.shortfalls(campaign.summed([]), campaign.LEAST))) == len(campaign.LEAST)


class TestLighthouse:
    def test_lock_holds_though_the_world_goes_on(self):
        """A part asks for whatever is the latest of others: `npm ci` refuses the lock once there is a later one."""
        lock = json.loads((lighthouse.FOLDER / "package-lock.json").read_text())
        said = json.loads((lighthouse.FOLDER / "package.json").read_text())
        floating = {
            name
            for each in lock["packages"].values()
            for name, wanted in each.get("dependencies", {}).items()
            if re.fullmatch("[a-z]+", wanted)
        }

        assert floating <= said["overrides"].keys()

    def test_score_of_a_page_is_the_median_of_its_runs_and_no_score_counts_as_nothing(self):
        scores = [(0.5, 1.0, None), (0.97, 1.0, 0.96), (0.98, 0.9, None)]

        found = lighthouse.medians([report(*each) for each in scores])

        assert found == {"performance": 97, "accessibility": 100, "best-practices": 0}

    def test_audits_that_lack_something_are_named_but_for_those_that_weigh_nothing(self):
        audits = {
            "slow": {"title": "Paints late", "score": 0.4, "displayValue": "3 s"},
            "fine": {"title": "Has a title", "score": 1},
            "hint": {"title": "Might be smaller", "score": 0},
        }

        said = lighthouse.lacking(
            [{**report(0.9, 1, 1, weights={"slow": 10, "fine": 10, "hint": 0}), "audits": audits}]
        )

        assert said == ["slow: Paints late 3 s"]


def report(*scores, weights=None):
    """As Lighthouse writes one, with these scores of its categories."""
    weighed = [{"id": name, "weight": weight} for name, weight in (weights or {}).items()]
    return {
        "categories": {
            name: {"score": score, "auditRefs": weighed}
            for name, score in zip(lighthouse.CATEGORIES, scores, strict=True)
        }
    }
