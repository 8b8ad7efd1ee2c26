// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CityToken, Founding} from "../src/CityToken.sol";
import {PaymentMessage} from "../src/PaymentMessage.sol";

/// @title The contract without its loop in assembly: every record goes the readable way, by every rule
/// @notice The twin to which the loop is held: the same batches leave the same words and the same events.
contract PlainCityToken is CityToken {
    constructor(Founding memory founding) CityToken(founding) {}

    function _payOrdinarily(PaymentMessage memory, uint256, uint256, uint256 begin, uint256)
        internal
        pure
        override
        returns (uint256 position, uint256 received)
    {
        return (begin, 0);
    }
}
