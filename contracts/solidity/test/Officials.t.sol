// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICityToken} from "../src/ICityToken.sol";
import {Officials} from "../src/Officials.sol";
import {ActsTest, Seal} from "./ActsTest.sol";
import {Key} from "./CityTokenTest.sol";

/// @title Officials decide two by two, also about who they are, and about who may pay whom
contract OfficialsTest is ActsTest {
    Key private third;

    function setUp() public override {
        super.setUp();
        third = p256Key("third official");
    }

    // ---- Who they are --------------------------------------------------------------------------------------------

    function test_two_officials_put_a_new_one_in_the_place_of_one_of_them() public {
        vm.expectEmit(address(token));
        emit ICityToken.OfficialRotated(officialA.account, third.account, 1);
        does(rotateCall(officialA.account, third.account, rotationSeal()));

        assertFalse(token.isOfficial(officialA.account));
        assertTrue(token.isOfficial(third.account));
        assertTrue(token.isOfficial(officialB.account));
        assertEq(token.officialCount(), 2);
        assertEq(token.officialsVersion(), 1);
    }

    function test_two_officials_add_a_third_who_signs_with_either_of_them() public {
        refuses(notAnOfficial(third.account), setKindsCall(0, _sealOf(officialA, third)));

        vm.expectEmit(address(token));
        emit ICityToken.OfficialRotated(address(0), third.account, 1);
        does(rotateCall(address(0), third.account, rotationSeal()));

        assertEq(token.officialCount(), 3);
        does(setKindsCall(0, _sealOf(officialA, third)));
        does(setKindsCall(0, _sealOf(third, officialB)));
        does(setKindsCall(0, _sealOf(officialA, officialB)));
    }

    function test_two_officials_take_a_third_away_who_no_longer_signs() public {
        does(rotateCall(address(0), third.account, rotationSeal()));

        vm.expectEmit(address(token));
        emit ICityToken.OfficialRotated(officialA.account, address(0), 2);
        does(rotateCall(officialA.account, address(0), rotationSeal()));

        assertEq(token.officialCount(), 2);
        assertFalse(token.isOfficial(officialA.account));
        refuses(notAnOfficial(officialA.account), setKindsCall(0, _sealOf(officialA, third)));
        does(setKindsCall(0, _sealOf(officialB, third)));
    }

    function test_officials_are_never_fewer_than_two() public {
        bytes memory tooFew = abi.encodeWithSelector(ICityToken.TooFewOfficials.selector);
        refuses(tooFew, rotateCall(officialA.account, address(0), rotationSeal()));
        refuses(tooFew, rotateCall(officialB.account, address(0), rotationSeal()));
        does(rotateCall(address(0), third.account, rotationSeal()));
        does(rotateCall(third.account, address(0), rotationSeal()));

        refuses(tooFew, rotateCall(officialA.account, address(0), rotationSeal()));

        assertEq(token.officialCount(), 2);
        assertTrue(token.isOfficial(officialA.account));
        assertTrue(token.isOfficial(officialB.account));
    }

    function test_an_act_is_of_officials_of_the_moment_in_which_it_is_sent() public {
        Seal memory later = Seal(third, officialB, 1, NOW);
        bytes memory byThoseBefore = setKindsCall(0, seal());
        bytes memory byThoseAfter = setKindsCall(0, later);
        refuses(notAnOfficial(third.account), byThoseAfter);

        does(rotateCall(officialA.account, third.account, rotationSeal()));

        refuses(notAnOfficial(officialA.account), byThoseBefore);
        does(byThoseAfter);
    }

    function test_who_was_taken_away_may_come_back() public {
        does(rotateCall(officialA.account, third.account, rotationSeal()));

        Seal memory by = Seal(third, officialB, 2, NOW);
        does(rotateCall(address(0), officialA.account, by));

        assertTrue(token.isOfficial(officialA.account));
        assertEq(token.officialCount(), 3);
    }

    function test_a_rotation_is_of_two_officials_once_and_in_time() public {
        isHeldToTwoOfficials(_addThird, rotationSeal(), ICityToken.OfficialsVersionWrong.selector);

        assertTrue(token.isOfficial(third.account));
        assertEq(token.officialCount(), 3);
    }

    function test_an_official_takes_nobodys_place_by_its_own_signature() public {
        Seal memory alone = rotationSeal();
        alone.b = third; // the one who would come
        refuses(notAnOfficial(third.account), rotateCall(officialB.account, third.account, alone));

        (alone.a, alone.b) = (officialB, officialB);
        refuses(
            abi.encodeWithSelector(ICityToken.SameOfficialTwice.selector, officialB.account),
            rotateCall(officialA.account, third.account, alone)
        );

        assertTrue(token.isOfficial(officialA.account));
        assertFalse(token.isOfficial(third.account));
    }

    function test_a_rotation_needs_both_signatures() public {
        bytes memory a = sign(officialA, rotationFields(officialA.account, third.account, 1, NOW));

        vm.expectRevert(ICityToken.SignatureMissing.selector);
        token.rotateOfficial(officialA.account, third.account, 1, NOW, a, "");
        vm.expectRevert(ICityToken.SignatureMissing.selector);
        token.rotateOfficial(officialA.account, third.account, 1, NOW, "", a);
    }

    function test_a_rotation_is_held_to_the_signed_terms() public {
        bytes memory call = rotateCall(officialA.account, third.account, rotationSeal());

        isHeldToItsTerm(call, 0);
        isHeldToItsTerm(call, 1);
        isHeldToItsTerm(call, 3);

        does(call);
    }

    function test_a_rotation_signed_for_one_contract_is_not_good_at_another() public {
        bytes memory call = rotateCall(officialA.account, third.account, rotationSeal());
        token = found(founding());

        (bool ok, bytes memory answer) = address(token).call(call);

        assertFalse(ok);
        assertEq(bytes4(answer), ICityToken.NotAnOfficial.selector);
    }

    function test_refuses_to_rotate_nobody_to_nobody_to_an_official_or_from_a_stranger() public {
        refuses(
            abi.encodeWithSelector(ICityToken.ZeroAddress.selector), rotateCall(address(0), address(0), rotationSeal())
        );
        refuses(_alreadyAnOfficial(officialB), rotateCall(officialA.account, officialB.account, rotationSeal()));
        refuses(_alreadyAnOfficial(officialB), rotateCall(address(0), officialB.account, rotationSeal()));
        refuses(_alreadyAnOfficial(officialB), rotateCall(officialB.account, officialB.account, rotationSeal()));
        refuses(notAnOfficial(stranger.account), rotateCall(stranger.account, third.account, rotationSeal()));
        refuses(notAnOfficial(stranger.account), rotateCall(stranger.account, address(0), rotationSeal()));

        assertEq(token.officialsVersion(), 0, "a refused rotation counts for nothing");
    }

    // ---- Who may pay whom ----------------------------------------------------------------------------------------

    function test_a_bit_of_the_matrix_switched_off_and_on_changes_what_settles() public {
        does(setKindsCall(KINDS_ALLOWED & ~uint256(1 << 6), seal())); // residents no longer pay shops
        assertEq(settleOne(payment(resident, shop.account, 1, 1)), PAYMENT_NOT_ALLOWED);
        assertEq(settleOne(payment(deviceResident, shop.account, 1, 1)), PAYMENT_NOT_ALLOWED);
        assertEq(settleOne(payment(resident, deviceResident.account, 1, 2)), SETTLED, "gifts go on");

        vm.expectEmit(address(token));
        emit ICityToken.KindsAllowedSet(KINDS_ALLOWED);
        does(setKindsCall(KINDS_ALLOWED, seal()));

        assertEq(settleOne(payment(resident, shop.account, 1, 1)), NONCE_USED, "what was refused stays refused");
        assertEq(settleOne(payment(resident, shop.account, 1, 3)), SETTLED);
        assertEq(settleOne(payment(deviceResident, shop.account, 1, 2)), SETTLED);
    }

    function test_the_matrix_can_be_any_in_which_nobody_unknown_pays_or_is_paid(uint16 any) public {
        uint16 kindsAllowed = any & ~uint16(0x111f);

        does(setKindsCall(kindsAllowed, seal()));

        assertEq(token.kindsAllowed(), kindsAllowed);
    }

    function test_refuses_a_matrix_in_which_somebody_unknown_pays_or_is_paid(uint16 kindsAllowed) public {
        vm.assume(kindsAllowed & 0x111f != 0);

        _refusesKinds(kindsAllowed);
    }

    function test_refuses_a_matrix_of_more_than_sixteen_bits(uint256 kindsAllowed) public {
        _refusesKinds(uint256(1 << 16));
        _refusesKinds(bound(kindsAllowed, 1 << 16, type(uint256).max));
    }

    function test_the_matrix_is_changed_by_two_officials_once_and_in_time() public {
        isHeldToTwoOfficials(_forbidAll, seal(), ICityToken.ActsVersionWrong.selector);

        assertEq(token.kindsAllowed(), 0);
    }

    function test_the_matrix_is_held_to_the_signed_terms() public {
        bytes memory call = setKindsCall(0, seal());

        isHeldToItsTerm(call, 0);
        isHeldToItsTerm(call, 2);

        assertEq(token.kindsAllowed(), KINDS_ALLOWED);
    }

    // ---- Helpers -------------------------------------------------------------------------------------------------

    function _addThird(Seal memory by) private view returns (bytes memory) {
        return rotateCall(address(0), third.account, by);
    }

    function _forbidAll(Seal memory by) private view returns (bytes memory) {
        return setKindsCall(0, by);
    }

    function _refusesKinds(uint256 kindsAllowed) private {
        refuses(
            abi.encodeWithSelector(ICityToken.KindsAllowedWrong.selector, kindsAllowed),
            setKindsCall(kindsAllowed, seal())
        );
        assertEq(token.kindsAllowed(), KINDS_ALLOWED);
    }

    function _sealOf(Key memory a, Key memory b) private view returns (Seal memory by) {
        by = seal();
        (by.a, by.b) = (a, b);
    }

    function _alreadyAnOfficial(Key memory official) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ICityToken.AlreadyAnOfficial.selector, official.account);
    }
}
