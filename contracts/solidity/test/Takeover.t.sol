// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {Kind} from "../src/AccountWord.sol";
import {CityTokenSuccessor, Takeover} from "../src/CityTokenSuccessor.sol";
import {ICityToken} from "../src/ICityToken.sol";
import {Seal} from "./ActsTest.sol";
import {SuccessionTest} from "./SuccessionTest.sol";

/// @title A contract is closed once and for good, and taken over once, whole, and no more
/// @notice Each rule of the way has its negative twin.
contract TakeoverTest is SuccessionTest {
    // ---- Closing -------------------------------------------------------------------------------------------------

    function test_closing_says_so_and_reading_goes_on() public {
        uint256 supply = token.totalSupply();
        uint256 balance = token.balanceOf(resident.account);
        pause();
        bytes memory call = closeCall(stranger.account, "snapshot", seal());

        vm.expectEmit(address(token));
        emit ICityToken.ContractClosed(stranger.account, "snapshot");
        does(call);

        assertTrue(token.closed());
        assertTrue(token.paused());
        assertEq(token.successor(), stranger.account);
        assertEq(token.snapshot(), "snapshot");
        assertEq(token.totalSupply(), supply);
        assertEq(token.balanceOf(resident.account), balance);
        assertEq(issuedIn(YEAR), 2 * MONEY + 1_600);
    }

    function test_a_closed_contract_does_nothing_any_more_and_is_never_opened_again() public {
        closeFor(listsOfOld());

        isClosedTo(settler, abi.encodeCall(token.settle, ("batch", one(payment(resident, shop.account, 1, 3)))));
        isClosedTo(issuer, abi.encodeCall(token.issue, ("id", PROGRAMME, recipients(resident.account, 1))));
        isClosedTo(issuer, abi.encodeCall(token.setProgramme, (PROGRAMME, YEAR, CAP)));
        isClosedTo(issuer, abi.encodeCall(token.cancel, ("id", PROGRAMME, 1, block.timestamp, new bytes(64))));
        isClosedTo(issuer, abi.encodeCall(token.redeem, ("id", new uint256[](1))));
        isClosedTo(registrar, abi.encodeCall(token.register, (list(stranger.account), RESIDENT)));
        isClosedTo(registrar, abi.encodeCall(token.setFrozen, (resident.account, true)));
        isClosedTo(guardian, abi.encodeCall(token.pause, ()));
        isClosedTo(guardian, abi.encodeCall(token.unpause, ()));
        isClosedTo(stranger.account, abi.encodeCall(token.acceptRole, ("settler")));
        isClosedTo(stranger.account, abi.encodeCall(token.sweep, (list(lost.account))));
        isClosedTo(stranger.account, abi.encodeCall(token.finishRecovery, (list(lost.account))));
        isClosedTo(stranger.account, abi.encodeCall(token.cancelRecovery, (lost.account, new bytes(64))));
    }

    function test_a_closed_contract_hears_its_officials_no_more() public {
        closeFor(listsOfOld());
        uint256 version = token.actsVersion() + 1;
        uint256 now_ = block.timestamp;
        bytes memory none = new bytes(64);

        isClosedTo(officialA.account, abi.encodeCall(token.setBudget, (YEAR, 1, 2, CAP, 2, now_, none, none)));
        isClosedTo(
            officialA.account, abi.encodeCall(token.rotateOfficial, (address(0), stranger.account, 1, now_, none, none))
        );
        isClosedTo(officialA.account, abi.encodeCall(token.nominate, ("settler", settler, version, now_, none, none)));
        isClosedTo(officialA.account, abi.encodeCall(token.revokeRole, ("settler", version, now_, none, none)));
        isClosedTo(officialA.account, abi.encodeCall(token.setKindsAllowed, (0, version, now_, none, none)));
        isClosedTo(
            officialA.account,
            abi.encodeCall(token.startRecovery, (list(shop.account), list(stranger.account), version, now_, none, none))
        );
        isClosedTo(
            officialA.account, abi.encodeCall(token.withdrawRecovery, (list(shop.account), version, now_, none, none))
        );
    }

    function test_refuses_to_close_what_is_not_paused() public {
        bytes memory call = closeCall(stranger.account, "snapshot", seal());
        refuses(abi.encodeWithSelector(Pausable.ExpectedPause.selector), call);

        pause();
        does(call);
    }

    function test_refuses_to_close_for_nobody_or_for_what_stands_there_already() public {
        pause();
        address[3] memory wrong = [address(0), address(token), address(found(founding()))];
        for (uint256 i = 0; i < wrong.length; ++i) {
            refuses(
                abi.encodeWithSelector(ICityToken.SuccessorWrong.selector, wrong[i]), closeCall(wrong[i], "", seal())
            );
        }

        assertFalse(token.closed());
    }

    function test_refuses_to_close_by_one_official_or_a_stranger_or_out_of_turn_or_too_late() public {
        pause();
        (Seal memory alone, Seal memory strange, Seal memory early) = (seal(), seal(), seal());
        alone.b = alone.a;
        refuses(abi.encodeWithSelector(ICityToken.SameOfficialTwice.selector, officialA.account), closeUnder(alone));
        strange.b = stranger;
        refuses(notAnOfficial(stranger.account), closeUnder(strange));
        ++early.version;
        refuses(
            abi.encodeWithSelector(ICityToken.ActsVersionWrong.selector, early.version - 1, early.version),
            closeUnder(early)
        );
        bytes memory late = closeUnder(seal());
        uint256 deadline = seal().deadline;
        vm.warp(deadline + 1);
        refuses(abi.encodeWithSelector(ICityToken.DeadlinePassed.selector, deadline), late);

        vm.warp(deadline);
        does(late);
    }

    // ---- Creating ------------------------------------------------------------------------------------------------

    function test_refuses_a_predecessor_that_is_not_closed_for_it() public {
        Takeover memory takeover = takeoverOf(nextAddress(), hashesOf(listsOfOld()));
        refusesToCreate(
            takeover,
            abi.encodeWithSelector(
                CityTokenSuccessor.PredecessorNotClosed.selector, address(0), bytes32(0), token.totalSupply()
            )
        );

        takeover = closeFor(listsOfOld());
        // Whoever creates once more in between makes the next one at another address than the one named.
        new Nothing();
        signTakeover(takeover, nextAddress());
        refusesToCreate(takeover, notClosedForIt());
    }

    function test_refuses_another_snapshot_and_another_supply() public {
        Takeover memory takeover = closeFor(listsOfOld());
        (takeover.chunks[0], takeover.chunks[1]) = (takeover.chunks[1], takeover.chunks[0]);
        signTakeover(takeover, nextAddress());
        refusesToCreate(takeover, notClosedForIt());

        (takeover.chunks[0], takeover.chunks[1]) = (takeover.chunks[1], takeover.chunks[0]);
        ++takeover.supply;
        signTakeover(takeover, nextAddress());
        refusesToCreate(takeover, notClosedForIt());

        --takeover.supply;
        signTakeover(takeover, nextAddress());
        createSuccessor(takeover);
    }

    function test_refuses_a_takeover_that_two_founders_have_not_signed() public {
        Takeover memory takeover = closeFor(listsOfOld());
        (bytes memory a, bytes memory b) = (takeover.signatureA, takeover.signatureB);

        takeover.signatureB = a;
        refusesToCreate(takeover, abi.encodeWithSelector(ICityToken.SameOfficialTwice.selector, officialA.account));
        takeover.signatureB = signFor(nextAddress(), stranger, takeoverFields(takeover));
        refusesToCreate(takeover, abi.encodeWithSelector(ICityToken.NotAnOfficial.selector, stranger.account));
        takeover.signatureB = "";
        refusesToCreate(takeover, abi.encodeWithSelector(ICityToken.SignatureMissing.selector));

        takeover.signatureB = b;
        createSuccessor(takeover);
    }

    function test_each_signed_field_of_a_takeover_changed_once_is_refused(uint8 field) public {
        Takeover memory takeover = closeFor(listsOfOld());
        if (field % 3 == 0) takeover.fiscalYears = new uint256[](0);
        if (field % 3 == 1) takeover.programmes = new uint256[](0);
        if (field % 3 == 2) ++takeover.deadline;

        vm.expectPartialRevert(ICityToken.NotAnOfficial.selector);
        create(successorCode, abi.encode(founding(), takeover));
    }

    function test_refuses_a_takeover_after_its_deadline_and_not_in_its_last_second() public {
        Takeover memory takeover = closeFor(listsOfOld());
        vm.warp(takeover.deadline + 1);
        refusesToCreate(takeover, abi.encodeWithSelector(ICityToken.DeadlinePassed.selector, takeover.deadline));

        vm.warp(takeover.deadline);
        createSuccessor(takeover);
    }

    function test_refuses_a_year_or_a_programme_that_is_not_there() public {
        Takeover memory takeover = closeFor(listsOfOld());
        ++takeover.fiscalYears[1];
        signTakeover(takeover, nextAddress());
        refusesToCreate(takeover, abi.encodeWithSelector(ICityToken.NoBudget.selector, YEAR + 2));

        takeover.fiscalYears[1] = YEAR;
        signTakeover(takeover, nextAddress());
        refusesToCreate(takeover, abi.encodeWithSelector(ICityToken.NoBudget.selector, YEAR + 1)); // of programme 2

        takeover.programmes[1] = 7;
        signTakeover(takeover, nextAddress());
        refusesToCreate(takeover, abi.encodeWithSelector(ICityToken.UnknownProgramme.selector, 7));
    }

    function test_refuses_the_same_list_named_twice() public {
        CityTokenSuccessor.Carried[][] memory lists = listsOfOld();
        lists[1] = lists[0];
        Takeover memory takeover = closeFor(lists);

        refusesToCreate(takeover, abi.encodeWithSelector(CityTokenSuccessor.ChunkTwice.selector, takeover.chunks[0]));
    }

    // ---- Carrying over -------------------------------------------------------------------------------------------

    function test_refuses_a_list_that_is_not_of_the_snapshot_and_one_carried_before() public {
        CityTokenSuccessor.Carried[][] memory lists = listsOfOld();
        createSuccessor(closeFor(lists));
        ++lists[0][1].balance;
        refusesList(lists[0], chunkUnknown(lists[0]));

        --lists[0][1].balance;
        next.carryOver(lists[0]);
        refusesList(lists[0], chunkUnknown(lists[0]));
    }

    function test_refuses_an_account_that_stands_in_two_lists_or_twice_in_one() public {
        CityTokenSuccessor.Carried[][] memory lists = listsOfOld();
        lists[1][0] = lists[0][1];
        lists[1][1] = lists[1][2];
        createSuccessor(closeFor(lists));
        uint256 state = vm.snapshotState();

        refusesList(lists[1], carriedTwice(foundAgain));
        assertTrue(vm.revertToState(state));
        next.carryOver(lists[0]);
        refusesList(lists[1], carriedTwice(resident.account));
    }

    function test_refuses_no_kind_the_treasury_as_something_else_and_itself() public {
        CityTokenSuccessor.Carried[][] memory lists = new CityTokenSuccessor.Carried[][](3);
        for (uint256 i = 0; i < 3; ++i) {
            lists[i] = new CityTokenSuccessor.Carried[](1);
        }
        lists[0][0] = CityTokenSuccessor.Carried(stranger.account, Kind.None, false, 0, address(0));
        lists[1][0] = CityTokenSuccessor.Carried(treasury, Kind.Shop, false, 0, address(0));
        lists[2][0] = CityTokenSuccessor.Carried(nextAddress(), Kind.Shop, false, 0, address(0));
        createSuccessor(closeFor(lists));

        for (uint256 i = 0; i < 3; ++i) {
            refusesList(lists[i], carriedTwice(lists[i][0].account));
        }
    }

    function test_refuses_to_hand_out_more_than_the_supply() public {
        CityTokenSuccessor.Carried[][] memory lists = listsOfOld();
        CityTokenSuccessor.Carried memory last = lists[1][2];
        ++last.balance;
        createSuccessor(closeFor(lists));
        next.carryOver(lists[0]);

        refusesList(
            lists[1], abi.encodeWithSelector(CityTokenSuccessor.CarriedTooMuch.selector, last.account, last.balance - 1)
        );
    }

    function test_the_pause_does_not_end_before_those_without_won_are_carried_over_too() public {
        CityTokenSuccessor.Carried[][] memory lists = new CityTokenSuccessor.Carried[][](3);
        (lists[0], lists[1]) = (listsOfOld()[0], listsOfOld()[1]);
        lists[2] = new CityTokenSuccessor.Carried[](1);
        lists[2][0] = CityTokenSuccessor.Carried(stranger.account, Kind.Resident, false, 0, address(0));
        createSuccessor(closeFor(lists));
        next.carryOver(lists[0]);
        next.carryOver(lists[1]);

        refusesToUnpause(1, 0);
    }

    function test_the_pause_does_not_end_where_a_snapshot_leaves_won_behind() public {
        CityTokenSuccessor.Carried[][] memory lists = listsOfOld();
        --lists[1][2].balance;
        createSuccessor(closeFor(lists));
        next.carryOver(lists[0]);
        next.carryOver(lists[1]);

        refusesToUnpause(0, 1);
    }
}

/// @notice Takes an address up.
contract Nothing {}
