// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Kind} from "../src/AccountWord.sol";
import {ICityToken} from "../src/ICityToken.sol";
import {Key} from "./CityTokenTest.sol";
import {RecoveryTest} from "./RecoveryTest.sol";

/// @title A recovery is not against the old key, unless it was frozen before; and two officials take it back
contract RecoveryObjectionTest is RecoveryTest {
    // ---- Objections of the old key -------------------------------------------------------------------------------

    function test_the_old_key_objects_in_either_scheme_and_anyone_may_send_it() public {
        does(startCall(residents(), targets(), seal()));

        vm.expectEmit(address(token));
        emit ICityToken.RecoveryCancelled(resident.account, target.account);
        does(objectCall(resident.account, target.account, READY, resident));
        does(objectCall(deviceResident.account, deviceTarget.account, READY, deviceResident));

        vm.warp(READY);
        refuses(noRecovery(resident.account), finishCall(resident.account));
        refuses(noRecovery(deviceResident.account), finishCall(deviceResident.account));
        isAccount(resident.account, MONEY, Kind.Resident, false);
        isAccount(deviceResident.account, MONEY, Kind.Resident, false);
    }

    function test_the_old_key_may_still_object_when_the_delay_is_over_and_not_when_it_is_done() public {
        start(resident.account, target.account);
        vm.warp(READY + 1);
        does(objectCall(resident.account, target.account, READY, resident));

        start(resident.account, target.account);
        vm.warp(READY + 1 + RECOVERY_DELAY);
        does(finishCall(resident.account));
        refuses(
            noRecovery(resident.account),
            objectCall(resident.account, target.account, READY + 1 + RECOVERY_DELAY, resident)
        );
    }

    function test_refuses_an_objection_where_nothing_is_under_way() public {
        refuses(noRecovery(resident.account), objectCall(resident.account, target.account, READY, resident));
    }

    function test_after_an_objection_the_target_is_free_and_a_recovery_may_start_again() public {
        start(resident.account, target.account);
        does(objectCall(resident.account, target.account, READY, resident));

        uint256 state = vm.snapshotState();
        register(target.account, SHOP);
        isAccount(target.account, 0, Kind.Shop, false);

        vm.revertToState(state);
        recover(resident.account, target.account);
        isAccount(target.account, MONEY, Kind.Resident, false);
    }

    function test_an_objection_is_good_for_one_recovery() public {
        bytes memory objection = objectCall(resident.account, target.account, READY, resident);
        bytes memory deviceObjection = objectCall(deviceResident.account, deviceTarget.account, READY, deviceResident);
        does(startCall(residents(), targets(), seal()));
        does(objection);
        does(deviceObjection);
        vm.warp(NOW + 1);
        does(startCall(residents(), targets(), seal()));

        (bool ok, bytes memory answer) = address(token).call(objection);
        assertFalse(ok, "an objection to the first recovery ends the second");
        assertEq(bytes4(answer), ICityToken.SignerWrong.selector);
        refuses(abi.encodeWithSelector(ICityToken.SignatureInvalidP256.selector), deviceObjection);

        does(objectCall(resident.account, target.account, READY + 1, resident));
        does(objectCall(deviceResident.account, deviceTarget.account, READY + 1, deviceResident));
    }

    function test_nobody_else_objects() public {
        start(resident.account, target.account);
        Key[5] memory others = [stranger, officialA, officialB, deviceResident, target];

        for (uint256 i = 0; i < others.length; ++i) {
            refuses(
                abi.encodeWithSelector(ICityToken.SignerWrong.selector, resident.account, others[i].account),
                objectCall(resident.account, target.account, READY, others[i])
            );
        }

        does(objectCall(resident.account, target.account, READY, resident));
    }

    function test_refuses_an_objection_without_a_signature_that_can_be_read() public {
        start(resident.account, target.account);

        refuses(
            abi.encodeWithSelector(ICityToken.SignatureMissing.selector),
            abi.encodeCall(token.cancelRecovery, (resident.account, ""))
        );
        refuses(
            abi.encodeWithSelector(ICityToken.SignatureMalformed.selector),
            abi.encodeCall(token.cancelRecovery, (resident.account, new bytes(65)))
        );
        refuses(
            abi.encodeWithSelector(ICityToken.SignerWrong.selector, resident.account, address(0)),
            abi.encodeCall(token.cancelRecovery, (resident.account, new bytes(64)))
        );
    }

    /// @dev Or two officials, with a registrar whom they name, would take won from whoever objects.
    function test_a_freeze_after_the_start_silences_nobody() public {
        start(resident.account, target.account);
        (,,, bool frozenBefore) = token.recoveryOf(resident.account);
        assertFalse(frozenBefore);
        freeze(resident.account);

        does(objectCall(resident.account, target.account, READY, resident));

        isAccount(resident.account, MONEY, Kind.Resident, true);
    }

    /// @dev Each recovery counts by itself.
    function test_a_freeze_between_two_recoveries_silences_in_the_second() public {
        start(resident.account, target.account);
        freeze(resident.account);
        does(withdrawCall(list(resident.account), seal()));
        start(resident.account, target.account);

        refuses(
            abi.encodeWithSelector(ICityToken.AccountFrozen.selector, resident.account),
            objectCall(resident.account, target.account, READY, resident)
        );
    }

    function test_the_key_of_an_account_frozen_before_is_not_heard_until_it_is_thawed() public {
        freeze(resident.account);
        start(resident.account, target.account);
        (,,, bool frozenBefore) = token.recoveryOf(resident.account);
        assertTrue(frozenBefore);
        bytes memory objection = objectCall(resident.account, target.account, READY, resident);

        refuses(abi.encodeWithSelector(ICityToken.AccountFrozen.selector, resident.account), objection);

        vm.prank(registrar);
        token.setFrozen(resident.account, false);
        does(objection);
    }

    // ---- Taken back by the officials -----------------------------------------------------------------------------

    function test_two_officials_take_recoveries_back_and_the_targets_are_free() public {
        does(startCall(residents(), targets(), seal()));

        vm.expectEmit(address(token));
        emit ICityToken.RecoveryCancelled(resident.account, target.account);
        vm.expectEmit(address(token));
        emit ICityToken.RecoveryCancelled(deviceResident.account, deviceTarget.account);
        does(withdrawCall(residents(), seal()));

        vm.warp(READY);
        refuses(noRecovery(resident.account), finishCall(resident.account));
        register(target.account, SHOP);
        start(deviceResident.account, deviceTarget.account);
    }

    function test_two_officials_take_the_recovery_of_a_frozen_account_back() public {
        freeze(resident.account);
        start(resident.account, target.account);

        does(withdrawCall(list(resident.account), seal()));

        (address to,,,) = token.recoveryOf(resident.account);
        assertEq(to, address(0));
    }

    function test_refuses_to_take_back_what_is_not_under_way_or_done() public {
        refuses(noRecovery(resident.account), withdrawCall(list(resident.account), seal()));
        recover(resident.account, target.account);

        refuses(noRecovery(resident.account), withdrawCall(list(resident.account), seal()));

        isAccount(resident.account, 0, Kind.Resident, true);
    }
}
