/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/abi_text.h: a contract's interface as its author wrote it.
 */
#ifndef TOOLS_CTL_ABI_TEXT_H
#define TOOLS_CTL_ABI_TEXT_H

#include "tools/ctl/output.h"

/* One entry of a Solidity ABI (docs.soliditylang.org, "Contract ABI
 * Specification", JSON), such as "deposit(bytes32 digest, string uri) returns
 * (uint64 sequence)". A new string; NULL when it is no such entry. */
char *abi_entry_text(json_t *entry);

/* All entries, by kind: constructor, functions, events, errors. Prints what is
 * no ABI as any value. */
void abi_print(const Output *output, json_t *abi);

#endif
