// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CityTokenSuccession} from "../src/CityToken.sol";
import {CityTokenSuccessor, Takeover} from "../src/CityTokenSuccessor.sol";
import {SuccessionTest} from "./SuccessionTest.sol";

/// @title Nobody can see to it that a succession never ends, and one that fails is begun anew
contract SuccessionUnhinderedTest is SuccessionTest {
    /// @dev Won swept, or an account registered, before their list would keep the list out for ever.
    function test_until_the_last_list_nothing_else_is_done_there() public {
        CityTokenSuccessor.Carried[][] memory lists = listsOfOld();
        createSuccessor(closeFor(lists));
        next.carryOver(lists[0]);
        uint256 left = sumOf(lists[1]);

        refusesWhileUnfinished(1, left, stranger.account, abi.encodeCall(next.sweep, (list(lost.account))));
        refusesWhileUnfinished(1, left, registrar, abi.encodeCall(next.register, (list(foundAgain), RESIDENT)));
        refusesWhileUnfinished(1, left, registrar, abi.encodeCall(next.setFrozen, (resident.account, true)));
        refusesWhileUnfinished(1, left, issuer, abi.encodeCall(next.setProgramme, (3, YEAR, 0)));
        refusesWhileUnfinished(1, left, settler, startCall(list(resident.account), list(foundAgain), seal()));
        refusesWhileUnfinished(1, left, settler, closeCall(settler, "", seal()));

        next.carryOver(lists[1]);
        next.sweep(list(lost.account));
        assertEq(next.balanceOf(foundAgain), old.balanceOf(foundAgain) + old.balanceOf(lost.account));
        assertTrue(next.isFinished());
    }

    /// @dev The address of a creation that failed stays empty for ever: its one transaction is used up.
    function test_where_the_creation_failed_another_address_is_named() public {
        CityTokenSuccessor.Carried[][] memory lists = listsOfOld();
        Takeover memory takeover = closeFor(lists);
        vm.setNonce(address(this), vm.getNonce(address(this)) + 1); // as a creation that is mined and reverts leaves it
        refusesToCreate(takeover, notClosedForIt());

        _nameNext(lists);
        createSuccessor(takeoverOf(nextAddress(), hashesOf(lists)));
        _carryAll(lists);
    }

    function test_a_successor_whose_lists_were_wrong_is_given_up_and_never_finished() public {
        CityTokenSuccessor.Carried[][] memory wrong = listsOfOld();
        wrong[1][0].balance -= 1; // one won is lost: the lists never come to the supply
        createSuccessor(closeFor(wrong));
        CityTokenSuccessor givenUp = next;
        givenUp.carryOver(wrong[0]);
        token = old; // whose officials sign

        CityTokenSuccessor.Carried[][] memory lists = listsOfOld();
        _nameNext(lists);
        createSuccessor(takeoverOf(nextAddress(), hashesOf(lists)));

        vm.expectRevert(notClosedForIt());
        givenUp.carryOver(wrong[1]);
        _carryAll(lists);
        assertFalse(givenUp.isFinished());
    }

    /// @dev The right key at the right nonce, and the wrong contract: it can't be asked whether it is finished.
    function test_where_another_contract_was_created_another_address_is_named() public {
        CityTokenSuccessor.Carried[][] memory lists = listsOfOld();
        closeFor(lists);
        assertEq(address(found(founding())), old.successor());

        _nameNext(lists);
        createSuccessor(takeoverOf(nextAddress(), hashesOf(lists)));
        _carryAll(lists);
    }

    /// @dev Whatever it answers: nothing, too little, too much, or no bool.
    function test_where_what_was_created_answers_anything_but_yes_another_address_is_named(uint8 length, uint256 word)
        public
    {
        CityTokenSuccessor.Carried[][] memory lists = listsOfOld();
        closeFor(lists);
        found(founding());
        bytes memory said = new bytes(bound(length, 0, 96));
        if (said.length == 32) said = abi.encode(word == 1 ? 0 : word);
        vm.mockCall(old.successor(), abi.encodeCall(CityTokenSuccession.isFinished, ()), said);

        _nameNext(lists);
        createSuccessor(takeoverOf(nextAddress(), hashesOf(lists)));
        _carryAll(lists);
    }

    function test_a_successor_that_is_finished_is_not_given_up() public {
        succeed();
        token = old;

        isClosedTo(stranger.account, closeCall(makeAddr("another"), "snapshot", seal()));
    }

    function test_another_successor_is_named_by_two_officials_only() public {
        closeFor(listsOfOld());
        bytes memory bothSigned = closeCall(makeAddr("another"), "snapshot", seal());

        officialA = stranger;
        refuses(notAnOfficial(stranger.account), stranger.account, closeCall(makeAddr("another"), "snapshot", seal()));
        does(bothSigned);
        assertEq(old.successor(), makeAddr("another"));
    }

    function _nameNext(CityTokenSuccessor.Carried[][] memory lists) private {
        does(closeCall(nextAddress(), keccak256(abi.encodePacked(hashesOf(lists))), seal()));
    }

    function _carryAll(CityTokenSuccessor.Carried[][] memory lists) private {
        for (uint256 i = 0; i < lists.length; ++i) {
            next.carryOver(lists[i]);
        }
        vm.prank(guardian);
        next.unpause();
        assertEq(next.balanceOf(resident.account), old.balanceOf(resident.account));
    }
}
