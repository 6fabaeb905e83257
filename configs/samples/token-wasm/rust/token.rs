// SPDX-License-Identifier: Apache-2.0
//! A token: whoever deploys it owns all of it, and owners pass it on. The same contract
//! in C++ is ../cpp/token.cpp.
#![no_std]
#![allow(non_snake_case)] // functions are named as on other chains

use bsn_contract as bsn;

fn key_of(owner: &[u8]) -> bsn::Bytes {
    bsn::join(&[b"balance/", owner])
}

fn balance_of(owner: &[u8]) -> u64 {
    bsn::get(key_of(owner)).map_or(0, bsn::number)
}

fn set_balance(owner: &[u8], balance: u64) {
    bsn::put(key_of(owner), bsn::decimal(balance));
}

/// supply
#[no_mangle]
pub extern "C" fn initialize() {
    let supply = bsn::number(bsn::arg(0, "supply"));
    bsn::put(b"supply", bsn::decimal(supply));
    set_balance(bsn::caller(), supply);
}

/// to, amount
#[no_mangle]
pub extern "C" fn transfer() {
    let to = bsn::arg(0, "to");
    let amount = bsn::number(bsn::arg(1, "amount"));
    let from = bsn::caller();
    let has = balance_of(from);
    bsn::require(amount <= has, "there is not enough");
    set_balance(from, has - amount);
    // After the line above: `to` may be who gives.
    set_balance(to, balance_of(to) + amount);
    let event = bsn::join(&[
        b"{\"to\":",
        bsn::quoted(to),
        b",\"amount\":",
        bsn::quoted(bsn::decimal(amount)),
        b"}",
    ]);
    bsn::emit("Transfer", event);
}

/// owner
#[no_mangle]
pub extern "C" fn balanceOf() {
    bsn::result(quoted_number(balance_of(bsn::arg(0, "owner"))));
}

#[no_mangle]
pub extern "C" fn totalSupply() {
    let supply = bsn::get(b"supply").map_or(0, bsn::number);
    bsn::result(quoted_number(supply));
}

// Readers of JSON may round what is beyond 2^53.
fn quoted_number(n: u64) -> bsn::Bytes {
    bsn::quoted(bsn::decimal(n))
}
