/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/evp_sign.h: SM2 (GB/T 32918.2) and P-256 signatures by each of the
 * ABI's conventions.
 */
#ifndef TOOLS_CTL_EVP_SIGN_H
#define TOOLS_CTL_EVP_SIGN_H

#include <glib.h>
#include <openssl/evp.h>

/* r || s, 64 bytes. Algorithm "sm2" with any convention, "ecdsa-p256" with
 * "standard" and "digest". */
GBytes *evp_sign(EVP_PKEY *key, const char *algorithm, const char *convention,
		 const guint8 *message, gsize len, GError **error);

#endif
