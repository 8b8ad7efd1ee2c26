import pytest

from citycoin.runtime.domain.dumps import Dumps

OLDER = b'{"blocks": [1, 2]}'
NEWER = b'{"blocks": [1, 2, 3]}'
CUT_OFF = NEWER[:-2]


class TestChoose:
    def test_chain_without_a_dump_begins_anew(self, tmp_path):
        assert Dumps(tmp_path).choose() is None

    def test_chain_starts_from_the_dump_that_anvil_wrote_when_it_is_whole(self, tmp_path):
        dumps = Dumps(tmp_path)
        dumps.complete.write_bytes(OLDER)
        dumps.live.write_bytes(NEWER)

        assert dumps.choose() == dumps.live
        assert dumps.live.read_bytes() == NEWER

    def test_chain_starts_from_the_last_complete_dump_when_anvils_was_cut_off(self, tmp_path):
        dumps = Dumps(tmp_path)
        dumps.complete.write_bytes(OLDER)
        dumps.live.write_bytes(CUT_OFF)

        assert dumps.choose() == dumps.live
        assert dumps.live.read_bytes() == OLDER

    def test_chain_whose_only_dump_cannot_be_read_does_not_begin_anew(self, tmp_path):
        dumps = Dumps(tmp_path)
        dumps.live.write_bytes(CUT_OFF)

        with pytest.raises(ValueError, match="no dump of the chain"):
            dumps.choose()


class TestKeep:
    def test_whole_dump_is_copied_once(self, tmp_path):
        dumps = Dumps(tmp_path)
        dumps.live.write_bytes(NEWER)

        assert dumps.keep(now_seconds=10)
        assert dumps.complete.read_bytes() == NEWER
        assert not dumps.keep(now_seconds=1_000)

    def test_dump_that_was_cut_off_does_not_replace_the_copy(self, tmp_path):
        dumps = Dumps(tmp_path)
        dumps.complete.write_bytes(OLDER)
        dumps.live.write_bytes(CUT_OFF)

        assert not dumps.keep(now_seconds=10)
        assert dumps.complete.read_bytes() == OLDER

    def test_dump_after_one_that_was_cut_off_is_copied_soon(self, tmp_path):
        dumps = Dumps(tmp_path)
        dumps.live.write_bytes(CUT_OFF)
        dumps.keep(now_seconds=10)
        dumps.live.write_bytes(NEWER)

        assert dumps.keep(now_seconds=10.1)

    def test_dump_soon_after_a_copy_is_copied_only_later(self, tmp_path):
        dumps = Dumps(tmp_path)
        dumps.live.write_bytes(OLDER)
        dumps.keep(now_seconds=10)
        dumps.live.write_bytes(NEWER)

        assert not dumps.keep(now_seconds=10.5)
        assert dumps.keep(now_seconds=60)
