import pytest

from citycoin.runtime.domain.dumps import Dumps

OLDER = b'{"blocks": [1, 2]}'
NEWER = b'{"blocks": [1, 2, 3]}'
CUT_OFF = NEWER[:-2]


class TestChoose:
    def test_begins_a_new_chain_where_there_is_no_dump(self, tmp_path):
        assert Dumps(tmp_path).choose() is None

    def test_takes_the_dump_that_anvil_wrote_when_it_is_whole(self, tmp_path):
        dumps = Dumps(tmp_path)
        dumps.complete.write_bytes(OLDER)
        dumps.live.write_bytes(NEWER)

        assert dumps.choose() == dumps.live
        assert dumps.live.read_bytes() == NEWER

    def test_takes_the_last_complete_one_when_anvils_was_cut_off(self, tmp_path):
        dumps = Dumps(tmp_path)
        dumps.complete.write_bytes(OLDER)
        dumps.live.write_bytes(CUT_OFF)

        assert dumps.choose() == dumps.live
        assert dumps.live.read_bytes() == OLDER

    def test_refuses_to_begin_a_new_chain_where_the_old_one_cannot_be_read(self, tmp_path):
        dumps = Dumps(tmp_path)
        dumps.live.write_bytes(CUT_OFF)

        with pytest.raises(ValueError, match="no dump of the chain"):
            dumps.choose()


class TestKeep:
    def test_copies_a_whole_dump_once(self, tmp_path):
        dumps = Dumps(tmp_path)
        dumps.live.write_bytes(NEWER)

        assert dumps.keep(now_seconds=10)
        assert dumps.complete.read_bytes() == NEWER
        assert not dumps.keep(now_seconds=1_000)

    def test_never_replaces_the_copy_by_one_that_was_cut_off(self, tmp_path):
        dumps = Dumps(tmp_path)
        dumps.complete.write_bytes(OLDER)
        dumps.live.write_bytes(CUT_OFF)

        assert not dumps.keep(now_seconds=10)
        assert dumps.complete.read_bytes() == OLDER

    def test_looks_again_soon_after_one_that_was_cut_off(self, tmp_path):
        dumps = Dumps(tmp_path)
        dumps.live.write_bytes(CUT_OFF)
        dumps.keep(now_seconds=10)
        dumps.live.write_bytes(NEWER)

        assert dumps.keep(now_seconds=10.1)

    def test_waits_its_turn_after_a_copy(self, tmp_path):
        dumps = Dumps(tmp_path)
        dumps.live.write_bytes(OLDER)
        dumps.keep(now_seconds=10)
        dumps.live.write_bytes(NEWER)

        assert not dumps.keep(now_seconds=10.5)
        assert dumps.keep(now_seconds=60)
