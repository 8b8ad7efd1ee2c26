// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Kind} from "../src/AccountWord.sol";
import {ICityToken} from "../src/ICityToken.sol";
import {ActsTest} from "./ActsTest.sol";
import {Key} from "./CityTokenTest.sol";

/// @title What the tests of recovery share: two new keys, one of each scheme, and the way to them
abstract contract RecoveryTest is ActsTest {
    uint256 internal constant READY = NOW + RECOVERY_DELAY;

    Key internal target;
    Key internal deviceTarget;

    function setUp() public virtual override {
        super.setUp();
        target = secp256k1Key("new key");
        deviceTarget = p256Key("new device");
    }

    function start(address from, address to) internal {
        does(startCall(list(from), list(to), seal()));
    }

    function finishCall(address from) internal view returns (bytes memory) {
        return abi.encodeCall(token.finishRecovery, (list(from)));
    }

    function recover(address from, address to) internal {
        start(from, to);
        vm.warp(block.timestamp + RECOVERY_DELAY);
        does(finishCall(from));
    }

    function residents() internal view returns (address[] memory) {
        return list(resident.account, deviceResident.account);
    }

    function targets() internal view returns (address[] memory) {
        return list(target.account, deviceTarget.account);
    }

    function isAccount(address account, uint256 balance, Kind kind, bool frozen) internal view {
        (uint256 balanceNow, Kind kindNow, bool frozenNow,,) = token.accountOf(account);
        assertEq(balanceNow, balance, "balance");
        assertEq(uint8(kindNow), uint8(kind), "kind");
        assertEq(frozenNow, frozen, "frozen");
    }

    function taken(address to) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ICityToken.RecoveryTargetTaken.selector, to);
    }

    function unknownAccount(address account) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ICityToken.UnknownAccount.selector, account);
    }

    function accountRetired(address account) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ICityToken.AccountRetired.selector, account);
    }

    function noRecovery(address account) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ICityToken.NoRecovery.selector, account);
    }
}
