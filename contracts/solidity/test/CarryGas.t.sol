// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {console} from "forge-std/console.sol";

import {Issuance} from "../src/Issuance.sol";
import {SuccessionTest} from "./SuccessionTest.sol";

/// @title A list of 200 accounts fits a transaction, also one of the dearest
/// @notice Isolated, so that each call is a transaction of its own with its intrinsic gas and cold slots.
/// forge-config: default.isolate = true
contract CarryGasTest is SuccessionTest {
    uint256 private constant TRANSACTION_GAS_LIMIT = 16_777_216; // EIP-7825
    uint256 private constant ACCOUNTS = 200; // ACCOUNTS_IN_A_LIST of contracts/domain/succession.py

    function test_200_residents_fit_a_transaction() public {
        address[] memory accounts = _residents("resident ", ACCOUNTS);

        uint256 gas = _carried(accounts);

        console.log("an account", gas / ACCOUNTS);
        assertLt(gas, TRANSACTION_GAS_LIMIT / 2);
    }

    /// @dev All of them retired, each with won that are still to be swept; their new addresses came before them.
    function test_200_retired_accounts_with_won_fit_a_transaction() public {
        address[] memory retired = _residents("lost ", ACCOUNTS);
        address[] memory found_ = new address[](ACCOUNTS);
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            found_[i] = makeAddr(string.concat("found ", vm.toString(i)));
        }
        does(startCall(retired, found_, seal()));
        vm.warp(block.timestamp + RECOVERY_DELAY);
        token.finishRecovery(retired);
        _issueToAll(retired, "to the retired");

        uint256 gas = _carried(retired, found_);

        console.log("a retired account", gas / ACCOUNTS);
        assertLt(gas, TRANSACTION_GAS_LIMIT);
        assertEq(next.balanceOf(retired[ACCOUNTS - 1]), 7);
    }

    function _carried(address[] memory accounts) private returns (uint256) {
        return _carried(accounts, list(resident.account));
    }

    function _carried(address[] memory accounts, address[] memory before) private returns (uint256) {
        address[][] memory lists = new address[][](2);
        (lists[0], lists[1]) = (before, accounts);
        createSuccessor();
        closeFor(lists);
        takeOver(lists);
        next.carryOver(before);
        next.carryOver(accounts);
        return vm.lastCallGas().gasTotalUsed;
    }

    function _residents(string memory name, uint256 count) private returns (address[] memory accounts) {
        accounts = new address[](count);
        for (uint256 i = 0; i < count; ++i) {
            accounts[i] = makeAddr(string.concat(name, vm.toString(i)));
        }
        vm.prank(registrar);
        token.register(accounts, RESIDENT);
        _issueToAll(accounts, bytes32(bytes(name)));
    }

    function _issueToAll(address[] memory accounts, bytes32 id) private {
        Issuance.Recipient[] memory recipients_ = new Issuance.Recipient[](accounts.length);
        for (uint256 i = 0; i < accounts.length; ++i) {
            recipients_[i] = Issuance.Recipient(accounts[i], 7);
        }
        vm.prank(issuer);
        token.issue(id, LAST_PROGRAMME, recipients_);
    }
}
