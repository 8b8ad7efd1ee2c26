// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What an account is. The numbers are stored and stand in the matrix of who may pay whom: never renumber.
enum Kind {
    None,
    Resident,
    Shop,
    Treasury
}

/// @notice All that is known of one account, in one storage slot, so that a payment writes one slot of its payer:
///
///     bits   0 ..  95   balance, in won
///     bits  96 ..  97   kind
///     bit   98          frozen
///     bit   99          retired: recovered to another address; frozen for good
///     bit  100          reserved: no account yet, kept free for a recovery
///     bits 101 .. 127   free, zero
///     bits 128 .. 191   the highest nonce used
///     bits 192 .. 255   the nonce window: bit i says that the nonce (highest - i) is used
type AccountWord is uint256;

using AccountWords for AccountWord global;

/// @title The arithmetic of an account's word
/// @notice Pure functions from word to word; reading and writing storage is the contract's business.
library AccountWords {
    uint256 private constant KIND_SHIFT = 96;
    uint256 private constant FROZEN_BIT = 1 << 98;
    uint256 private constant RETIRED_BIT = 1 << 99;
    uint256 private constant RESERVED_BIT = 1 << 100;
    uint256 private constant HIGHEST_NONCE_SHIFT = 128;
    uint256 private constant WINDOW_SHIFT = 192;

    /// @dev How many nonces, counted down from the highest, the window remembers.
    uint256 private constant WINDOW_NONCES = 64;

    /// @dev Balance, kind and flags: everything below the nonces.
    uint256 private constant BELOW_NONCES = (1 << HIGHEST_NONCE_SHIFT) - 1;

    function balance(AccountWord self) internal pure returns (uint256) {
        return uint96(AccountWord.unwrap(self));
    }

    function kind(AccountWord self) internal pure returns (Kind) {
        return Kind(self.kindNumber());
    }

    /// @notice The kind as the number that it is, 0 to 3: what a payment needs, without an enum's check of its range.
    function kindNumber(AccountWord self) internal pure returns (uint256) {
        return (AccountWord.unwrap(self) >> KIND_SHIFT) & 3;
    }

    /// @notice Whether there is an account at all: whether its kind is any but None.
    function isRegistered(AccountWord self) internal pure returns (bool) {
        return self.kindNumber() != 0;
    }

    function isFrozen(AccountWord self) internal pure returns (bool) {
        return AccountWord.unwrap(self) & FROZEN_BIT != 0;
    }

    /// @notice Whether the account was recovered to another address: it receives only.
    function isRetired(AccountWord self) internal pure returns (bool) {
        return AccountWord.unwrap(self) & RETIRED_BIT != 0;
    }

    /// @notice Whether nothing is known of the address: no account, never one, and not reserved for one.
    function isBlank(AccountWord self) internal pure returns (bool) {
        return AccountWord.unwrap(self) == 0;
    }

    function highestNonce(AccountWord self) internal pure returns (uint64) {
        return uint64(AccountWord.unwrap(self) >> HIGHEST_NONCE_SHIFT);
    }

    function nonceWindow(AccountWord self) internal pure returns (uint64) {
        return uint64(AccountWord.unwrap(self) >> WINDOW_SHIFT);
    }

    /// @notice The word of a new account of this kind: no won, no nonce used, not frozen.
    function fresh(Kind kind_) internal pure returns (AccountWord) {
        return AccountWord.wrap(uint256(kind_) << KIND_SHIFT);
    }

    /// @notice The word of an address that a recovery will make an account.
    function reserved() internal pure returns (AccountWord) {
        return AccountWord.wrap(RESERVED_BIT);
    }

    /// @notice The word of an account whose won went to another address: it pays nobody any more, ever.
    function retired(AccountWord self) internal pure returns (AccountWord) {
        return AccountWord.wrap(AccountWord.unwrap(self.debited(self.balance())) | FROZEN_BIT | RETIRED_BIT);
    }

    function withFrozen(AccountWord self, bool frozen) internal pure returns (AccountWord) {
        uint256 word = AccountWord.unwrap(self);
        return AccountWord.wrap(frozen ? word | FROZEN_BIT : word & ~FROZEN_BIT);
    }

    /// @notice The word with `amount` won more. The caller keeps the sum of all balances within 96 bits.
    function credited(AccountWord self, uint256 amount) internal pure returns (AccountWord) {
        unchecked {
            // No carry into the kind: balances sum to the supply, and the supply never passes 2**96 - 1 (`issue`).
            return AccountWord.wrap(AccountWord.unwrap(self) + amount);
        }
    }

    /// @notice The word with `amount` won less. The caller has seen that the balance covers it.
    function debited(AccountWord self, uint256 amount) internal pure returns (AccountWord) {
        unchecked {
            // No borrow from the kind: amount <= balance, which is the lowest part of the word.
            return AccountWord.wrap(AccountWord.unwrap(self) - amount);
        }
    }

    /// @notice Use a nonce up, by the anti-replay window of RFC 4303 (section 3.4.3): good is a nonce above the
    /// highest, or less than 64 below it and not used yet.
    /// @param nonce any number of at most 64 bits
    /// @return good whether the nonce could be used
    /// @return used the word with the nonce marked as used; the word as it was where the nonce is not good
    function withNonceUsed(AccountWord self, uint256 nonce) internal pure returns (bool good, AccountWord used) {
        uint256 highest = self.highestNonce();
        uint256 window = self.nonceWindow();
        unchecked {
            if (nonce > highest) {
                // nonce > highest, so the difference is exact. What leaves the 64 bits on the left is forgotten,
                // and is from now on too old; a shift of 256 or more yields zero, as it should.
                window = (window << (nonce - highest)) | 1;
                highest = nonce;
            } else {
                // nonce <= highest, so the difference is exact.
                uint256 age = highest - nonce;
                if (age >= WINDOW_NONCES || (window >> age) & 1 != 0) return (false, self);
                window |= 1 << age;
            }
        }
        // Shifting the window to the word's top cuts it to its 64 bits.
        uint256 word = AccountWord.unwrap(self) & BELOW_NONCES;
        return (true, AccountWord.wrap(word | (highest << HIGHEST_NONCE_SHIFT) | (window << WINDOW_SHIFT)));
    }
}
