// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Kind} from "../src/AccountWord.sol";
import {CityTokenSuccession, Founding} from "../src/CityToken.sol";
import {CityTokenSuccessor} from "../src/CityTokenSuccessor.sol";
import {ICityToken} from "../src/ICityToken.sol";
import {SuccessionTest} from "./SuccessionTest.sol";

/// @notice Answers yes to whatever it is asked, as whoever holds one key might have it.
contract Yes {
    fallback() external {
        assembly ("memory-safe") {
            mstore(0x00, 1)
            return(0x00, 0x20)
        }
    }
}

/// @notice Answers with more bytes than anybody can pay to copy.
contract Bomb {
    fallback() external {
        assembly ("memory-safe") {
            return(0x00, 2250000)
        }
    }
}

/// @notice Never comes to an answer.
contract Endless {
    fallback() external {
        while (true) {}
    }
}

/// @notice Says yes, and takes it back.
contract Reverting {
    fallback() external {
        assembly ("memory-safe") {
            mstore(0x00, 1)
            revert(0x00, 0x20)
        }
    }
}

/// @title Nobody can see to it that a succession never ends, and one that fails is begun anew
contract SuccessionUnhinderedTest is SuccessionTest {
    /// @dev Won swept, or an account registered, before their list would keep the list out for ever.
    function test_until_the_last_list_nothing_else_is_done_there() public {
        address[][] memory lists = listsOfOld();
        createSuccessor();
        closeFor(lists);
        takeOver(lists);
        next.carryOver(lists[0]);
        uint256 left = sumOf(lists[1]) - old.balanceOf(foundAgain);

        refusesWhileUnfinished(1, left, stranger.account, abi.encodeCall(next.sweep, (list(lost.account))));
        refusesWhileUnfinished(1, left, registrar, abi.encodeCall(next.register, (list(foundAgain), RESIDENT)));
        refusesWhileUnfinished(1, left, registrar, abi.encodeCall(next.setFrozen, (resident.account, true)));
        refusesWhileUnfinished(1, left, issuer, abi.encodeCall(next.setProgramme, (3, YEAR, 0)));
        refusesWhileUnfinished(1, left, settler, startCall(list(resident.account), list(foundAgain), seal()));
        refusesWhileUnfinished(1, left, settler, closeCall(address(old), "", seal()));

        next.carryOver(lists[1]);
        next.sweep(list(lost.account));
        assertEq(next.balanceOf(foundAgain), old.balanceOf(foundAgain) + old.balanceOf(lost.account));
        assertTrue(next.isFinished());
    }

    /// @dev Nor before the old contract is closed for it: it stands there, founded, for as long as that takes.
    function test_before_the_takeover_nothing_is_done_there_either() public {
        createSuccessor();
        token = next;

        refusesWhileUnfinished(0, 0, guardian, abi.encodeCall(next.unpause, ()));
        refusesWhileUnfinished(0, 0, registrar, abi.encodeCall(next.register, (list(foundAgain), RESIDENT)));
        refusesWhileUnfinished(0, 0, settler, nominateCall(SETTLER, settler, seal()));
        assertFalse(next.isFinished());
    }

    // ---- What the officials sign is the code that will answer ----------------------------------------------------

    /// @dev Whoever creates the contract could put another one there: its code has another hash.
    function test_refuses_to_close_for_code_that_was_not_signed() public {
        createSuccessor();
        pause();
        address other = address(new Yes());

        refuses(
            abi.encodeWithSelector(ICityToken.SuccessorWrong.selector, other),
            closeCallFor(other, address(next).codehash, "snapshot", seal())
        );
        assertFalse(old.closed());
    }

    /// @dev Founded with another official, another treasury or other switches, it has another code.
    function test_the_code_says_what_the_successor_was_founded_with() public {
        createSuccessor();
        assertEq(next.foundedWith(), keccak256(abi.encode(founding())));
        bytes32 seen = address(next).codehash;
        Founding memory other = founding();
        other.officials[1] = stranger.account;
        CityTokenSuccessor strange = createdWith(other);

        assertNotEq(strange.foundedWith(), next.foundedWith());
        assertNotEq(address(strange).codehash, seen);
    }

    /// @dev Two officials who were shown a wrong code can name another, whatever the wrong one does when it is asked.
    function test_where_the_wrong_contract_was_named_another_one_is() public {
        createSuccessor();
        CityTokenSuccessor good = next;
        address[4] memory wrong =
            [address(new Bomb()), address(new Endless()), address(new Reverting()), address(found(founding()))];
        pause();
        for (uint256 i = 0; i < wrong.length; ++i) {
            _closesCheaply(wrong[i]);
            assertEq(old.successor(), wrong[i]);
        }
        _closesCheaply(address(good));

        next = good;
        _nameAndCarryAll();
    }

    /// @dev Whatever it answers: nothing, too little, too much, or no bool.
    function test_where_what_was_named_answers_anything_but_yes_another_one_is_named(uint8 length, uint256 word)
        public
    {
        createSuccessor();
        CityTokenSuccessor good = next;
        next = CityTokenSuccessor(address(found(founding())));
        closeFor(listsOfOld());
        bytes memory said = bytes.concat(bytes32(uint256(1)), new bytes(64));
        uint256 bytes_ = bound(length, 0, 96);
        assembly ("memory-safe") {
            mstore(said, bytes_)
        }
        if (said.length == 32) said = abi.encode(word == 1 ? 0 : word);
        vm.mockCall(address(next), abi.encodeCall(CityTokenSuccession.isFinished, ()), said);

        next = good;
        _nameAndCarryAll();
    }

    function test_a_successor_whose_snapshot_was_wrong_is_given_up_and_never_finished() public {
        address[][] memory wrong = listsOfOld();
        wrong[1][0] = stranger.account; // a shop is left out: the lists never come to the supply
        createSuccessor();
        CityTokenSuccessor givenUp = next;
        closeFor(wrong);
        takeOver(wrong);
        givenUp.carryOver(wrong[0]);
        token = old; // whose officials sign

        createSuccessor();
        closeFor(listsOfOld());

        vm.expectRevert(notClosedForIt());
        givenUp.carryOver(wrong[1]);
        _carryAll();
        assertFalse(givenUp.isFinished());
    }

    function test_a_successor_that_is_finished_is_not_given_up() public {
        succeed();
        token = old;
        CityTokenSuccessor finished = next;
        createSuccessor();

        isClosedTo(stranger.account, closeCall(address(next), "snapshot", seal()));
        assertEq(old.successor(), address(finished));
    }

    /// @dev Nor by whoever sends what they signed with so little gas that the successor can't answer.
    function test_a_successor_that_is_finished_is_not_given_up_for_want_of_gas() public {
        succeed();
        token = old;
        createSuccessor();
        bytes memory call = closeCall(address(next), "snapshot", seal());

        for (uint256 gas_ = 5_000; gas_ < 120_000; gas_ += 500) {
            (bool ok,) = address(old).call{gas: gas_}(call);
            assertFalse(ok, "a finished successor was given up");
        }
    }

    function test_another_successor_is_named_by_two_officials_only() public {
        createSuccessor();
        closeFor(listsOfOld());
        createSuccessor();
        bytes memory bothSigned = closeCall(address(next), "snapshot", seal());

        officialA = stranger;
        refuses(notAnOfficial(stranger.account), stranger.account, closeCall(address(next), "snapshot", seal()));
        does(bothSigned);
        assertEq(old.successor(), address(next));
    }

    // ---- What the registrar of the old contract could do to it ---------------------------------------------------

    /// @dev Also the successor's own address, which somebody paid: its won go over as anybody's.
    function test_an_account_at_the_successors_own_address_goes_over_as_any_other() public {
        createSuccessor();
        register(address(next), RESIDENT);
        issueTo(address(next), 5);
        everybody[6] = address(next); // `foundAgain` comes with the account that it replaces

        _nameAndCarryAll();

        assertEq(next.balanceOf(address(next)), 5);
        (, Kind kind,,,) = next.accountOf(foundAgain);
        assertEq(uint8(kind), RESIDENT);
    }

    /// @dev An answer takes no more than its share of a small transaction.
    function _closesCheaply(address successor) private {
        bytes memory call = closeCall(successor, "snapshot", seal());
        (bool ok,) = address(old).call{gas: 300_000}(call);
        assertTrue(ok);
    }

    function _nameAndCarryAll() private {
        closeFor(listsOfOld());
        _carryAll();
    }

    function _carryAll() private {
        address[][] memory lists = listsOfOld();
        takeOver(lists);
        for (uint256 i = 0; i < lists.length; ++i) {
            next.carryOver(lists[i]);
        }
        vm.prank(guardian);
        next.unpause();
        assertEq(next.balanceOf(resident.account), old.balanceOf(resident.account));
        assertEq(next.totalSupply(), old.totalSupply());
    }
}
