// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PaymentBatch} from "../src/PaymentBatch.sol";
import {CityTokenTest} from "./CityTokenTest.sol";

/// @title A batch that can't be read reverts whole and names the group; one that can be read does not
contract FramingTest is CityTokenTest {
    bytes private _good;
    bytes private _goodOfDevice;

    function setUp() public override {
        super.setUp();
        _good = one(payment(resident, shop.account, 7, 1));
        _goodOfDevice = one(payment(deviceResident, shop.account, 7, 1));
    }

    function test_the_batches_that_are_cut_below_are_good_while_whole() public {
        assertEq(settle(abi.encodePacked(_good, _goodOfDevice)).settled, 2);
    }

    function test_refuses_an_empty_batch() public {
        _refuses("", 0);
    }

    function test_refuses_a_group_of_no_records() public {
        _refuses(header(shop.account, false, 0), 0);
        _refuses(abi.encodePacked(_good, header(shop.account, false, 0)), _good.length);
    }

    /// @dev Also where as many bytes follow as a record of such a scheme would have.
    function test_refuses_an_unknown_scheme(uint8 scheme) public {
        vm.assume(scheme > 1);
        _refusesScheme(scheme);
    }

    function test_refuses_the_first_scheme_that_is_unknown() public {
        _refusesScheme(2);
    }

    function test_refuses_a_batch_cut_off_anywhere() public {
        for (uint256 length = 0; length < _good.length; ++length) {
            _refuses(_firstBytes(_good, length), 0);
        }
    }

    function test_refuses_a_device_batch_cut_off_anywhere_and_names_its_group() public {
        // 0 bytes of a second group are no second group.
        for (uint256 length = 1; length < _goodOfDevice.length; ++length) {
            _refuses(abi.encodePacked(_good, _firstBytes(_goodOfDevice, length)), _good.length);
        }
    }

    function test_refuses_trailing_bytes(bytes calldata tail) public {
        vm.assume(tail.length > 0 && tail.length < 23 + 80);

        _refuses(abi.encodePacked(_good, tail), _good.length);
    }

    function test_refuses_a_count_that_says_more_records_than_there_are(uint16 count) public {
        vm.assume(count > 1);

        _refuses(abi.encodePacked(header(shop.account, false, count), record(payment(resident, shop.account, 7, 1))), 0);
    }

    function test_refuses_a_count_that_says_fewer_records_than_there_are() public {
        bytes memory two = abi.encodePacked(
            header(shop.account, false, 1),
            record(payment(resident, shop.account, 7, 1)),
            record(payment(resident, shop.account, 7, 2))
        );

        vm.expectPartialRevert(PaymentBatch.MalformedBatch.selector);
        vm.prank(settler);
        token.settle("batch", two);
    }

    function test_a_count_of_two_bytes_is_read_whole() public {
        bytes memory records;
        for (uint256 nonce = 1; nonce <= 300; ++nonce) {
            records = abi.encodePacked(records, record(payment(resident, shop.account, 1, nonce)));
        }

        assertEq(settle(abi.encodePacked(header(shop.account, false, 300), records)).settled, 300);
    }

    function test_any_bytes_are_refused_as_malformed_or_settle_record_by_record(bytes memory noise, bool framed)
        public
    {
        if (framed) noise = _framed(noise);
        vm.recordLogs();

        vm.prank(settler);
        (bool readable, bytes memory answer) = address(token).call(abi.encodeCall(token.settle, ("batch", noise)));

        if (framed) assertTrue(readable);
        if (!readable) assertEq(bytes4(answer), PaymentBatch.MalformedBatch.selector);
        else assertEq(outcomeOf(vm.getRecordedLogs()).settled, 0, "noise is nobody's signature");
        assertEq(token.balanceOf(resident.account), MONEY);
    }

    /// @dev Some records of each scheme that are nothing but this noise, over and over, under headers that are right.
    function _framed(bytes memory noise) private view returns (bytes memory) {
        bytes memory records = abi.encodePacked(keccak256(noise));
        while (records.length < 3 * 144) records = abi.encodePacked(records, noise, keccak256(records));
        return abi.encodePacked(
            header(shop.account, false, 3),
            _firstBytes(records, 3 * 80),
            header(resident.account, true, 3),
            _firstBytes(records, 3 * 144)
        );
    }

    function _refusesScheme(uint8 scheme) private {
        bytes memory short = _good;
        short[20] = bytes1(scheme);
        _refuses(short, 0);
        _refuses(abi.encodePacked(short, new bytes(uint256(scheme) * 64)), 0);
    }

    /// @dev The batch reverts, names this offset, and whatever was good in it has not moved.
    function _refuses(bytes memory batch, uint256 offset) private {
        vm.expectRevert(abi.encodeWithSelector(PaymentBatch.MalformedBatch.selector, offset));
        vm.prank(settler);
        token.settle("batch", batch);

        assertEq(token.balanceOf(shop.account), 0);
    }

    function _firstBytes(bytes memory whole, uint256 length) private pure returns (bytes memory part) {
        part = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            part[i] = whole[i];
        }
    }
}
