/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/oracle-cipher.h: the two forms of a text encrypted by SM2,
 * turned into each other by OpenSSL's reading and writing of DER.
 */
#ifndef TOOLS_CONFORM_ORACLE_CIPHER_H
#define TOOLS_CONFORM_ORACLE_CIPHER_H

#include <bsn/base.h>
#include <glib.h>

/* BSN_ENCRYPTED_DER from BSN_ENCRYPTED_RAW, and back; NULL when it is not of
 * that form. */
GByteArray *oracle_cipher_der(bsn_slice raw);
GByteArray *oracle_cipher_raw(bsn_slice der);

#endif
