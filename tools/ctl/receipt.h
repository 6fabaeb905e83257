/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/receipt.h: where a transaction stands and what it did, for people.
 */
#ifndef TOOLS_CTL_RECEIPT_H
#define TOOLS_CTL_RECEIPT_H

#include "tools/ctl/output.h"

/* Prints a transaction as the gateway answers it: id, stage, block, then what
 * the framework tells in `detail`. Members that are null, or only repeat the
 * id, are left out; events that the framework decoded are shown by name without
 * their raw form. --json has everything. */
void receipt_print(const Output *output, json_t *result);

#endif
