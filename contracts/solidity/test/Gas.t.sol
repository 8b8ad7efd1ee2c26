// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {console} from "forge-std/console.sol";

import {CityTokenTest, Key, Payment} from "./CityTokenTest.sol";

/// @title What a payment costs, whole transaction and all, measured and held to a limit
/// @notice Isolated, so that each call is a transaction of its own with its intrinsic gas and cold slots. Payers are all
/// different, have paid before, and keep won; shops have won already.
/// forge-config: default.isolate = true
contract GasTest is CityTokenTest {
    uint256 private constant TRANSACTION_GAS_LIMIT = 16_777_216; // EIP-7825

    function test_100_payments_to_100_shops() public {
        _measure("secp256k1 100/100", false, 100, 100, 18_900);
    }

    function test_100_payments_to_20_shops() public {
        _measure("secp256k1 100/20", false, 100, 20, 14_000);
    }

    function test_500_payments_to_50_shops() public {
        _measure("secp256k1 500/50", false, 500, 50, 13_100);
    }

    function test_100_payments_to_20_shops_of_device_keys() public {
        _measure("P-256     100/20", true, 100, 20, 19_100);
    }

    function test_500_payments_to_50_shops_of_device_keys() public {
        _measure("P-256     500/50", true, 500, 50, 18_250);
    }

    /// @dev Make `payments` payments to `shops` shops, settle them in a transaction of their own, print and compare.
    function _measure(string memory label, bool isP256, uint256 payments, uint256 shops, uint256 limit) private {
        Key[] memory payers = new Key[](payments);
        bytes[] memory first = new bytes[](payments + 1);
        first[0] = header(shop.account, isP256, payments);
        for (uint256 i = 0; i < payments; ++i) {
            string memory name = string.concat("payer ", vm.toString(i));
            payers[i] = isP256 ? p256Key(name) : secp256k1Key(name);
            register(payers[i].account, RESIDENT);
            issueTo(payers[i].account, 1_000);
            first[1 + i] = record(payment(payers[i], shop.account, 100, 1));
        }
        settle(join(first));
        uint256 each = payments / shops;
        bytes[] memory batch = new bytes[](payments + shops);
        for (uint256 i = 0; i < payments; ++i) {
            address payee = makeAddr(string.concat("shop ", vm.toString(i / each)));
            uint256 part = i + i / each;
            if (i % each == 0) {
                register(payee, SHOP);
                issueTo(payee, 1);
                batch[part] = header(payee, isP256, each);
            }
            batch[part + 1] = record(payment(payers[i], payee, 334, 2));
        }

        uint256 gas = _transactionGas(join(batch));

        console.log(label, "gas a payment:", gas / payments);
        assertEq(token.balanceOf(makeAddr("shop 0")), 1 + each * 334);
        assertLe(gas / payments, limit);
        assertLt(gas, TRANSACTION_GAS_LIMIT);
    }

    /// @dev The gas that the transaction's sender would pay for.
    function _transactionGas(bytes memory batch) private returns (uint256) {
        vm.prank(settler);
        token.settle("batch", batch);
        return vm.lastCallGas().gasTotalUsed;
    }
}
