/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/identity/base58.h: Base58 of an address' bytes, with
 * Bitcoin's alphabet. All functions: [any].
 *
 * Source: xuperchain/crypto, base58 (Bitcoin's, without its checksum).
 */
#ifndef XUPER_IDENTITY_BASE58_H
#define XUPER_IDENTITY_BASE58_H

#include <bsn/base.h>
#include <glib.h>

/* Version, 20 bytes of hash, 4 bytes of checksum. */
#define BASE58_BYTES 25u
/* Characters that these have at most. */
#define BASE58_TEXT_MAX 35u

void base58_encode(const guint8 bytes[BASE58_BYTES],
		   char text[BASE58_TEXT_MAX + 1]);
/* The only text that encodes just so many bytes; FALSE for any other. */
gboolean base58_decode(bsn_slice text, guint8 bytes[BASE58_BYTES]);

#endif
