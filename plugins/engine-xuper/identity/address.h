/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/identity/address.h: who owns and signs: addresses of
 * keys, contract accounts, contracts' names, and how each looks to the EVM. All
 * functions: [any].
 *
 * Source: xuperchain/crypto (addresses, JSON keys), XuperChain's EVM proxy
 * (names as 20 bytes).
 */
#ifndef XUPER_IDENTITY_ADDRESS_H
#define XUPER_IDENTITY_ADDRESS_H

#include "plugins/engine-xuper/identity/suite.h"

#define ADDRESS_MAX 40u /* bytes of text with its NUL */
#define ACCOUNT_DIGITS 16u
#define ACCOUNT_MAX 84u /* "XC", digits, "@", chain (63), NUL */
#define CONTRACT_NAME_MIN 4u
#define CONTRACT_NAME_MAX 16u
#define EVM_ADDRESS_LEN 20u

/* The address of a public key. */
void address_of(const Suite *suite, const guint8 public_key[PUBLIC_KEY_LEN],
		char address[ADDRESS_MAX]);
/* Whether text is an address: Base58 with version 1 or 2 and a true checksum.
 */
gboolean address_valid(bsn_slice text);

/* The key as XuperChain's JSON text, and back; FALSE when it is
 * none of that curve by name; that its point is on the curve only a signature
 * shows. The caller frees. */
char *key_to_json(const Suite *suite, const guint8 public_key[PUBLIC_KEY_LEN]);
gboolean key_from_json(const Suite *suite, bsn_slice json,
		       guint8 public_key[PUBLIC_KEY_LEN]);

/* "XC" + 16 digits + "@" + chain. */
gboolean account_valid(bsn_slice text);
/* The same, and of this chain. */
gboolean account_of_chain(bsn_slice text, bsn_slice chain);
/* A contract's name: 4 to 16 of [A-Za-z0-9_.], a letter or _ first, no dot at
 * the end. */
gboolean contract_name_valid(bsn_slice text);

/* As the EVM sees an address, account or contract: the address' own 20 bytes;
 * "1112" and the digits; "1111", '-' to fill, the name. FALSE: none of them. */
gboolean evm_address_of(bsn_slice text, guint8 evm[EVM_ADDRESS_LEN]);
/* Back: an account gets this chain's name, an address this suite's version. The
 * caller frees. */
char *evm_address_name(const Suite *suite, bsn_slice chain,
		       const guint8 evm[EVM_ADDRESS_LEN]);

#endif
