/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/scheme-checks.h: the checks of signature schemes; which scheme
 * is in Check.argument (SCHEME_ARGUMENT).
 */
#ifndef TOOLS_CONFORM_SCHEME_CHECKS_H
#define TOOLS_CONFORM_SCHEME_CHECKS_H

#include "tools/conform/scheme.h"

/* checks-signature.c */
void check_signature_vectors(Run *run);
void check_openssl_verifies(Run *run);
void check_verifies_openssl(Run *run);
void check_convention(Run *run);
void check_digest_length(Run *run);
void check_conventions(Run *run);
void check_generate(Run *run);
void check_scalars(Run *run);
void check_nonces(Run *run);
void check_verify_many(Run *run);
void check_signature_inputs(Run *run);

/* checks-forgery.c */
void check_changed(Run *run);
void check_numbers(Run *run);
void check_signature_lengths(Run *run);
void check_bad_keys(Run *run);
void check_edges(Run *run);

/* checks-sm2.c */
void check_sm2_user_id(Run *run);
/* checks-secp256k1.c */
void check_recover(Run *run);
void check_low_s(Run *run);

#endif
