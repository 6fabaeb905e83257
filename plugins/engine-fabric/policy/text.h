/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/policy/text.h: policies as people write them, in the
 * language of Fabric's own commands:
 *
 *	AND('Org1MSP.member', OR('Org2MSP.peer', 'Org3MSP.admin'))
 *	OutOf(2, 'Org1MSP.peer', 'Org2MSP.peer', 'Org3MSP.peer')
 *	MAJORITY Endorsement
 *
 * AND, OR and OutOf in any case; principals are an MSP's id, a dot and a role,
 * in single or double quotes.
 */
#ifndef FABRIC_POLICY_TEXT_H
#define FABRIC_POLICY_TEXT_H

#include "common/policies.pb-c.h"
#include "plugins/kit/codec/arena.h"
#include "plugins/engine-fabric/policy/signature.h"

/* Bytes of a policy's text. */
#define POLICY_TEXT_MAX (16u << 10)

/* Parses a text that counts signatures. Principals that are written more than
 * once are one in identities.
 *
 * Returns: BSN_OK and a message in the arena, beyond any limit of it.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE: "policy, character 12: ...". */
int32_t policy_parse_signature(Arena *arena, const char *text,
			       Common__SignaturePolicyEnvelope **envelope,
			       bsn_err *err);
/* Parses either kind of text.
 *
 * Out:     policy: with type and value set, in the arena. */
int32_t policy_parse(Arena *arena, const char *text, Common__Policy *policy,
		     bsn_err *err);

/* The text of a policy that counts signatures, such that parsing it gives an
 * equal policy again; NULL when a principal is no role or a rule holds never or
 * always. The caller frees it. [any] */
char *policy_text_signature(const SignaturePolicy *policy);
/* "MAJORITY Endorsement"; NULL for an unknown rule. The caller frees it.
 * [any] */
char *policy_text_implicit(Common__ImplicitMetaPolicy__Rule rule,
			   const char *sub_policy);

#endif
