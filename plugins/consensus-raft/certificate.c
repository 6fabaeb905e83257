/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-raft/certificate.h"

#include <bsn/helpers/error.h>

#include "plugins/consensus-raft/services.h"
#include "plugins/kit/cpu.h"
#include "plugins/kit/host.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

#define VERSION 1u
/* Keeps the signature apart from all others that the key makes. */
static const char purpose[] = "bsn.consensus-raft/1 block";

/* What is signed: purpose with its NUL, height, digest. The digest is a block's
 * and binds the chain. */
static GByteArray *
signed_bytes(guint64 height, bsn_slice digest)
{
	GByteArray *bytes = g_byte_array_new();

	wire_put_bytes(bytes, bsn_slice_of(purpose, sizeof(purpose)));
	wire_put(bytes, height, 8);
	wire_put_bytes(bytes, digest);
	return bytes;
}

int32_t
raft_certificate_make(bsn_chain *chain, const char *algorithm,
		      bsn_slice public_key, guint64 height,
		      const bsn_id *digest, GByteArray *out, bsn_err *err)
{
	g_autoptr(GByteArray) message =
		signed_bytes(height, bsn_id_slice(digest));
	BufferSink sink = buffer_sink(out, out->len + RAFT_CERTIFICATE_MAX);

	wire_put(out, VERSION, 1);
	wire_put(out, public_key.len, 1);
	wire_put_bytes(out, public_key);
	return raft_services.keys->node_sign(
		chain, algorithm, BSN_SIGN_STANDARD, buffer_slice(message),
		&sink.sink, err);
}

/* The consensus member with this key, or NULL. */
static const bsn_member *
find_member(const bsn_member *members, uint64_t n, bsn_slice key)
{
	for (uint64_t i = 0; i < n; i++) {
		const bsn_member *member = member_at(members, i);

		if (member->role == BSN_ROLE_CONSENSUS &&
		    bsn_slice_equal(member->public_key, key))
			return member;
	}
	return NULL;
}

static int32_t
verify_signature(const bsn_member *member, bsn_slice message,
		 bsn_slice signature, bsn_err *err)
{
	const bsn_verify_item item = {
		.size = sizeof(item),
		.convention = BSN_SIGN_STANDARD,
		.public_key = member->public_key,
		.message = message,
		.signature = signature,
	};
	CPU_CHARGE(raft_services.cpu, BSN_CPU_CRYPTO);
	const bsn_signature *scheme = NULL;
	int32_t status;

	if (BSN_HAS(raft_services.crypto, signature))
		scheme = raft_services.crypto->signature(member->algorithm);
	if (!BSN_HAS(scheme, verify))
		return bsn_fail(err, BSN_E_VERSION,
				"there is no signature scheme %s here",
				member->algorithm);
	status = scheme->verify(&item);
	if (status == BSN_BAD_SIGNATURE)
		bsn_fail(err, status,
			 "the leader's signature over the block "
			 "does not verify");
	return status;
}

int32_t
raft_certificate_verify(const bsn_member *members, uint64_t n, uint64_t height,
			bsn_slice digest, bsn_slice certificate, bsn_err *err)
{
	g_autoptr(GByteArray) message = signed_bytes(height, digest);
	Wire wire = wire_of(certificate);
	guint8 version = wire_u8(&wire);
	bsn_slice key = wire_bytes(&wire, wire_u8(&wire));
	const bsn_member *member;

	if (wire.bad || version != VERSION)
		return bsn_fail(err, BSN_BAD_SIGNATURE,
				"it is no certificate of consensus raft");
	member = find_member(members, n, key);
	if (member == NULL)
		return bsn_fail(err, BSN_BAD_SIGNATURE,
				"the block was made by no consensus member");
	return verify_signature(member, buffer_slice(message), wire.rest, err);
}
