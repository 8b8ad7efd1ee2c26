// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @title What a payment would cost with the token standards alone
/// @notice All that moves won here, signed or not, is OpenZeppelin's. Anyone may mint: it is measured and thrown away.
contract PeerToken is ERC3009 {
    /// @notice What a holder signed, and the signature.
    struct Authorization {
        address from;
        address to;
        uint256 value;
        uint256 validAfter;
        uint256 validBefore;
        bytes32 nonce;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    constructor(string memory name) ERC20(name, "PEER") EIP712(name, "1") {}

    /// @notice Give each holder the same amount.
    function mint(address[] calldata holders, uint256 amount) external {
        for (uint256 i = 0; i < holders.length; ++i) {
            _mint(holders[i], amount);
        }
    }

    /// @notice Many transfers in one transaction; one that fails takes all with it.
    function transferManyWithAuthorization(Authorization[] calldata authorizations) external {
        for (uint256 i = 0; i < authorizations.length; ++i) {
            Authorization calldata each = authorizations[i];
            transferWithAuthorization(
                each.from, each.to, each.value, each.validAfter, each.validBefore, each.nonce, each.v, each.r, each.s
            );
        }
    }
}
