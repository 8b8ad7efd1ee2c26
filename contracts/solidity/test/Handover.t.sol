// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICityToken} from "../src/ICityToken.sol";
import {ActsTest, Seal} from "./ActsTest.sol";

/// @title A role changes hands in two steps, and is emptied in one
/// @notice Who can do what before and after is tried in Matrix.t.sol, for every function.
contract HandoverTest is ActsTest {
    address private incoming = makeAddr("incoming");
    address private other = makeAddr("another one");

    // ---- Nominating and accepting --------------------------------------------------------------------------------

    function test_every_role_is_handed_over_in_two_steps() public {
        bytes32[4] memory roles = [ISSUER, SETTLER, REGISTRAR, GUARDIAN];
        for (uint256 i = 0; i < roles.length; ++i) {
            address outgoing = _holderOf(roles[i]);

            vm.expectEmit(address(token));
            emit ICityToken.RoleNominated(roles[i], incoming, uint64(seal().deadline));
            does(nominateCall(roles[i], incoming, seal()));
            assertEq(_holderOf(roles[i]), outgoing, "the holder goes on");
            assertEq(_nominated(roles[i]), incoming);

            vm.expectEmit(address(token));
            emit ICityToken.RoleHandedOver(roles[i], outgoing, incoming);
            vm.prank(incoming);
            token.acceptRole(roles[i]);
            assertEq(_holderOf(roles[i]), incoming);
            assertEq(_nominated(roles[i]), address(0));
        }
    }

    function test_one_role_changes_hands_and_no_other() public {
        _handOver(SETTLER, incoming);

        assertEq(token.settler(), incoming);
        assertEq(token.issuer(), issuer);
        assertEq(token.registrar(), registrar);
        assertEq(token.guardian(), guardian);
    }

    function test_the_holder_goes_on_until_the_nominee_accepts() public {
        does(nominateCall(GUARDIAN, incoming, seal()));

        refuses(_notAuthorised(incoming, GUARDIAN), incoming, abi.encodeCall(token.pause, ()));
        does(guardian, abi.encodeCall(token.pause, ()));

        does(incoming, abi.encodeCall(token.acceptRole, (GUARDIAN)));
        refuses(_notAuthorised(guardian, GUARDIAN), guardian, abi.encodeCall(token.unpause, ()));
        does(incoming, abi.encodeCall(token.unpause, ()));
    }

    function test_nobody_but_the_nominee_accepts() public {
        does(nominateCall(ISSUER, incoming, seal()));
        does(nominateCall(SETTLER, other, seal()));
        address[5] memory wrong = [issuer, other, officialA.account, stranger.account, guardian];

        for (uint256 i = 0; i < wrong.length; ++i) {
            refuses(_notAuthorised(wrong[i], ISSUER), wrong[i], abi.encodeCall(token.acceptRole, (ISSUER)));
        }

        does(incoming, abi.encodeCall(token.acceptRole, (ISSUER)));
    }

    function test_a_nomination_is_good_for_one_acceptance() public {
        _handOver(ISSUER, incoming);
        _handOver(ISSUER, other);

        refuses(_notAuthorised(incoming, ISSUER), incoming, abi.encodeCall(token.acceptRole, (ISSUER)));
        refuses(_notAuthorised(other, ISSUER), other, abi.encodeCall(token.acceptRole, (ISSUER)));

        assertEq(token.issuer(), other);
    }

    /// @dev The deadline that two officials signed ends the nomination, too: what lies in a drawer takes no role later.
    function test_a_nomination_is_accepted_in_its_last_second_and_not_after() public {
        uint256 until = seal().deadline;
        does(nominateCall(ISSUER, incoming, seal()));
        (, uint64 told) = token.nominated(ISSUER);
        assertEq(told, until);

        vm.warp(until + 1);
        refuses(
            abi.encodeWithSelector(ICityToken.DeadlinePassed.selector, until),
            incoming,
            abi.encodeCall(token.acceptRole, (ISSUER))
        );
        assertEq(token.issuer(), issuer);

        vm.warp(until);
        does(incoming, abi.encodeCall(token.acceptRole, (ISSUER)));
    }

    function test_a_deadline_beyond_64_bits_is_for_ever() public {
        Seal memory by = seal();
        by.deadline = uint256(type(uint64).max) + 2;
        does(nominateCall(ISSUER, incoming, by));

        vm.warp(type(uint64).max);
        does(incoming, abi.encodeCall(token.acceptRole, (ISSUER)));
    }

    function test_a_nomination_is_taken_back_with_zero() public {
        does(nominateCall(REGISTRAR, incoming, seal()));

        vm.expectEmit(address(token));
        emit ICityToken.RoleNominated(REGISTRAR, address(0), uint64(seal().deadline));
        does(nominateCall(REGISTRAR, address(0), seal()));

        refuses(_notAuthorised(incoming, REGISTRAR), incoming, abi.encodeCall(token.acceptRole, (REGISTRAR)));
        assertEq(token.registrar(), registrar);
    }

    function test_a_second_nomination_replaces_the_first() public {
        does(nominateCall(SETTLER, incoming, seal()));
        does(nominateCall(SETTLER, other, seal()));

        refuses(_notAuthorised(incoming, SETTLER), incoming, abi.encodeCall(token.acceptRole, (SETTLER)));
        does(other, abi.encodeCall(token.acceptRole, (SETTLER)));

        assertEq(token.settler(), other);
    }

    // ---- Revoking ------------------------------------------------------------------------------------------------

    function test_a_revoked_role_is_empty_at_once_until_a_nominee_accepts() public {
        bytes32[4] memory roles = [ISSUER, SETTLER, REGISTRAR, GUARDIAN];
        for (uint256 i = 0; i < roles.length; ++i) {
            vm.expectEmit(address(token));
            emit ICityToken.RoleHandedOver(roles[i], _holderOf(roles[i]), address(0));
            does(revokeCall(roles[i], seal()));
            assertEq(_holderOf(roles[i]), address(0));

            _handOver(roles[i], incoming);
            assertEq(_holderOf(roles[i]), incoming);
        }
    }

    function test_an_open_nomination_falls_with_a_revoked_role_and_those_of_other_roles_stand() public {
        does(nominateCall(ISSUER, incoming, seal()));
        does(nominateCall(GUARDIAN, other, seal()));

        does(revokeCall(ISSUER, seal()));

        refuses(_notAuthorised(incoming, ISSUER), incoming, abi.encodeCall(token.acceptRole, (ISSUER)));
        does(other, abi.encodeCall(token.acceptRole, (GUARDIAN)));
        assertEq(token.issuer(), address(0));
    }

    function test_a_guardian_that_paused_with_a_stolen_key_is_replaced_in_the_pause() public {
        pause();

        does(revokeCall(GUARDIAN, seal()));
        refuses(_notAuthorised(guardian, GUARDIAN), guardian, abi.encodeCall(token.unpause, ()));
        _handOver(GUARDIAN, incoming);
        does(incoming, abi.encodeCall(token.unpause, ()));

        assertEq(settleOne(payment(resident, shop.account, 1, 1)), SETTLED);
    }

    // ---- What both are held to -----------------------------------------------------------------------------------

    function test_a_nomination_is_of_two_officials_once_and_in_time() public {
        isHeldToTwoOfficials(_nominateIncoming, seal(), ICityToken.ActsVersionWrong.selector);

        assertEq(_nominated(ISSUER), incoming);
    }

    function test_a_revocation_is_of_two_officials_once_and_in_time() public {
        isHeldToTwoOfficials(_revokeIssuer, seal(), ICityToken.ActsVersionWrong.selector);

        assertEq(token.issuer(), address(0));
    }

    function test_a_nomination_and_a_revocation_are_held_to_the_signed_terms() public {
        bytes memory nomination = nominateCall(ISSUER, incoming, seal());
        bytes memory revocation = revokeCall(ISSUER, seal());

        isHeldToItsTerm(nomination, 0);
        isHeldToItsTerm(nomination, 1);
        isHeldToItsTerm(nomination, 3);
        isHeldToItsTerm(revocation, 0);
        isHeldToItsTerm(revocation, 2);

        assertEq(token.actsVersion(), 0, "a refused act is not counted");
        does(nomination);
    }

    function test_an_act_played_again_is_refused_also_after_other_acts() public {
        bytes memory nomination = nominateCall(ISSUER, incoming, seal());
        does(nomination);
        does(incoming, abi.encodeCall(token.acceptRole, (ISSUER)));
        does(nominateCall(ISSUER, other, seal()));
        does(other, abi.encodeCall(token.acceptRole, (ISSUER)));

        refuses(abi.encodeWithSelector(ICityToken.ActsVersionWrong.selector, 3, 1), nomination);

        assertEq(_nominated(ISSUER), address(0));
    }

    function test_acts_of_all_sorts_are_numbered_in_one_row() public {
        bytes memory nomination = nominateCall(ISSUER, incoming, seal());
        bytes memory revocation = revokeCall(GUARDIAN, seal());
        does(setKindsCall(KINDS_ALLOWED, seal()));

        bytes memory late = abi.encodeWithSelector(ICityToken.ActsVersionWrong.selector, 2, 1);
        refuses(late, nomination);
        refuses(late, revocation);

        does(revokeCall(GUARDIAN, seal()));
        assertEq(token.actsVersion(), 2);
    }

    function test_refuses_a_role_that_is_none_of_the_four() public {
        bytes32[4] memory wrong = [bytes32(""), "Issuer", "official", "issuer "];
        for (uint256 i = 0; i < wrong.length; ++i) {
            bytes memory unknown = abi.encodeWithSelector(ICityToken.UnknownRole.selector, wrong[i]);
            refuses(unknown, nominateCall(wrong[i], incoming, seal()));
            refuses(unknown, revokeCall(wrong[i], seal()));
            refuses(unknown, incoming, abi.encodeCall(token.acceptRole, (wrong[i])));
        }
        assertEq(token.actsVersion(), 0);
    }

    // ---- Helpers -------------------------------------------------------------------------------------------------

    function _handOver(bytes32 role, address to) private {
        does(nominateCall(role, to, seal()));
        does(to, abi.encodeCall(token.acceptRole, (role)));
    }

    function _nominated(bytes32 role) private view returns (address nominee) {
        (nominee,) = token.nominated(role);
    }

    function _holderOf(bytes32 role) private view returns (address) {
        if (role == ISSUER) return token.issuer();
        if (role == SETTLER) return token.settler();
        if (role == REGISTRAR) return token.registrar();
        return token.guardian();
    }

    function _nominateIncoming(Seal memory by) private view returns (bytes memory) {
        return nominateCall(ISSUER, incoming, by);
    }

    function _revokeIssuer(Seal memory by) private view returns (bytes memory) {
        return revokeCall(ISSUER, by);
    }

    function _notAuthorised(address caller, bytes32 role) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ICityToken.NotAuthorised.selector, caller, role);
    }
}
