// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Issuance} from "../src/Issuance.sol";
import {CityTokenTest, Key} from "./CityTokenTest.sol";

/// @title What two officials sign to let won lapse, and what a holder signs to cancel a purchase
/// @notice Written from EIP-712, without the contract's own code.
abstract contract BurnsTest is CityTokenTest {
    bytes32 internal constant ID = "burn";

    function cancellationFields(bytes32 id, uint256 programme, uint256 amount, uint256 deadline)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encode(
            keccak256("Cancellation(bytes32 burnId,uint256 programme,uint256 amount,uint256 deadline)"),
            id,
            programme,
            amount,
            deadline
        );
    }

    /// @dev An array is hashed as its elements' hashes in a row (EIP-712, encodeData), and the type of what is in it
    /// follows the type that refers to it (encodeType).
    function lapseFields(bytes32 id, uint256 sum, Issuance.Holding[] memory list, uint256 deadline)
        internal
        pure
        returns (bytes memory)
    {
        bytes32 typehash = keccak256("Holding(address holder,uint256 programme,uint256 amount)");
        bytes32[] memory hashes = new bytes32[](list.length);
        for (uint256 i = 0; i < list.length; ++i) {
            hashes[i] = keccak256(abi.encode(typehash, list[i].holder, list[i].programme, list[i].amount));
        }
        return abi.encode(
            keccak256(
                "Lapse(bytes32 burnId,uint256 sum,Holding[] holdings,uint256 deadline)"
                "Holding(address holder,uint256 programme,uint256 amount)"
            ),
            id,
            sum,
            keccak256(abi.encodePacked(hashes)),
            deadline
        );
    }

    function sumOf(Issuance.Holding[] memory list) internal pure returns (uint256 sum) {
        for (uint256 i = 0; i < list.length; ++i) {
            sum += list[i].amount;
        }
    }

    function cancel(Key memory holder, bytes32 id, uint256 programme, uint256 amount) internal {
        bytes memory signature = sign(holder, cancellationFields(id, programme, amount, block.timestamp));
        vm.prank(issuer);
        token.cancel(id, programme, amount, block.timestamp, signature);
    }

    function redeem(bytes32 id, uint256[] memory amounts) internal {
        vm.prank(issuer);
        token.redeem(id, amounts);
    }

    /// @dev Sent by a stranger: two officials' signatures are all that it needs.
    function lapse(bytes32 id, Issuance.Holding[] memory list) internal {
        uint256 sum = sumOf(list);
        bytes memory fields = lapseFields(id, sum, list, block.timestamp);
        (bytes memory a, bytes memory b) = (sign(officialA, fields), sign(officialB, fields));
        vm.prank(stranger.account);
        token.lapse(id, list, sum, block.timestamp, a, b);
    }

    function holding(address holder, uint256 amount) internal pure returns (Issuance.Holding[] memory list) {
        return holding(holder, PROGRAMME, amount);
    }

    function holding(address holder, uint256 programme, uint256 amount)
        internal
        pure
        returns (Issuance.Holding[] memory list)
    {
        list = new Issuance.Holding[](1);
        list[0] = Issuance.Holding(holder, programme, amount);
    }

    function amounts_(uint256 first) internal pure returns (uint256[] memory list) {
        list = new uint256[](1);
        list[0] = first;
    }

    function amounts_(uint256 first, uint256 second) internal pure returns (uint256[] memory list) {
        list = new uint256[](2);
        (list[0], list[1]) = (first, second);
    }

    uint256 private _issuesFrom;

    function issueFrom(uint256 programme, address to, uint256 amount) internal {
        vm.prank(issuer);
        token.issue(keccak256(abi.encode("issue from", ++_issuesFrom)), programme, recipients(to, amount));
    }

    function issuedOf(uint256 programme) internal view returns (uint256 issued) {
        (,, issued) = token.programmeOf(programme);
    }
}
