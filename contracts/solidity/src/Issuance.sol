// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The types of issues and burns
/// @notice They stand in a library for their names in the ABI, which is in use: `struct Issuance.Recipient` and the like.
library Issuance {
    /// @notice Why won were burned. The numbers stand in the books: never renumber.
    enum BurnReason {
        None, // no burn has it
        Cancelled,
        Redeemed,
        Lapsed
    }

    /// @notice One recipient of an issue.
    struct Recipient {
        address to;
        uint256 amount;
    }

    /// @notice Won of one holder that lapse, and the programme that they came from.
    struct Holding {
        address holder;
        uint256 programme;
        uint256 amount;
    }
}
