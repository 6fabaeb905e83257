/* SPDX-License-Identifier: Apache-2.0
 *
 * A register of evidence: what ../../evidence/contracts/Evidence.sol is on chains
 * that run Solidity and ../../evidence-chaincode for Node.js, with the same functions
 * and the same events, so that one application speaks to all. Whoever holds a document
 * deposits its digest; from then on anybody can show that the document existed at
 * that time.
 */
#include <bsn_contract.h>

#define TEXT_MAX 1024u /* bytes of a uri and of a note */
#define ENTRIES "entry/" /* where the keys of entries begin, */
#define ENTRIES_END "entry0" /* and before what they end */

typedef struct {
	bsn_text depositor, note, revoked, time, uri;
} Entry;

/* ---- what callers give ---- */

static bool
is_digest(bsn_text text)
{
	bool any = false;

	if (text.len != 66 || text.data[0] != '0' || text.data[1] != 'x')
		return false;
	for (uint32_t i = 2; i < text.len; i++) {
		char c = text.data[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return false;
		any |= c != '0';
	}
	return any;
}

static bsn_text
digest_argument(void)
{
	bsn_text digest = bsn_arg(0, "digest");

	if (!is_digest(digest))
		bsn_revert(BSN_JOIN(
			BSN_TEXT("a digest is 0x and 64 hexadecimal digits, "
				 "not all 0, and not \""),
			digest, BSN_TEXT("\"")));
	return digest;
}

static bsn_text
text_argument(uint32_t place, const char *name)
{
	bsn_text text = bsn_arg(place, name);

	if (text.len > TEXT_MAX)
		bsn_revert(BSN_JOIN(
			((bsn_text){ name, (uint32_t)strlen(name) }),
			BSN_TEXT(" has "), bsn_decimal(text.len),
			BSN_TEXT(" bytes, and at most "), bsn_decimal(TEXT_MAX),
			BSN_TEXT(" fit")));
	return text;
}

/* ---- entries ---- */

static bsn_text
key_of(bsn_text digest)
{
	return BSN_JOIN(BSN_TEXT(ENTRIES), digest);
}

static void
put_entry(bsn_text digest, const Entry *entry)
{
	bsn_writer out = BSN_WRITER;

	bsn_field_add(&out, BSN_TEXT("depositor"), entry->depositor);
	bsn_field_add(&out, BSN_TEXT("note"), entry->note);
	bsn_field_add(&out, BSN_TEXT("revoked"), entry->revoked);
	bsn_field_add(&out, BSN_TEXT("time"), entry->time);
	bsn_field_add(&out, BSN_TEXT("uri"), entry->uri);
	bsn_put(key_of(digest), bsn_written(&out));
}

static Entry
existing(bsn_text digest)
{
	bsn_text fields;

	if (!bsn_get(key_of(digest), &fields))
		bsn_revert(BSN_JOIN(digest, BSN_TEXT(" is not deposited")));
	return (Entry){
		.depositor = bsn_field(fields, BSN_TEXT("depositor")),
		.note = bsn_field(fields, BSN_TEXT("note")),
		.revoked = bsn_field(fields, BSN_TEXT("revoked")),
		.time = bsn_field(fields, BSN_TEXT("time")),
		.uri = bsn_field(fields, BSN_TEXT("uri")),
	};
}

/* ---- events ---- */

static void
emit(bsn_text event, bsn_text depositor, bsn_text digest, bsn_text key,
     bsn_text value)
{
	bsn_writer out = BSN_WRITER;

	bsn_json_open(&out, '{');
	bsn_json_key(&out, BSN_TEXT("depositor"));
	bsn_json_text(&out, depositor);
	bsn_json_key(&out, BSN_TEXT("digest"));
	bsn_json_text(&out, digest);
	bsn_json_key(&out, key);
	bsn_json_text(&out, value);
	bsn_json_close(&out, '}');
	bsn_emit(event, bsn_written(&out));
}

/* ---- functions ---- */

/* What the register is for; given once, when it is deployed. */
BSN_EXPORT(initialize)
{
	bsn_text called = text_argument(0, "name");

	if (called.len == 0)
		bsn_revert(BSN_TEXT("a register has a name"));
	bsn_put(BSN_TEXT("name"), called);
}

BSN_EXPORT(name)
{
	bsn_text called;

	if (bsn_get(BSN_TEXT("name"), &called))
		bsn_result(called);
}

BSN_EXPORT(deposit)
{
	bsn_text digest = digest_argument();
	Entry entry = { .uri = text_argument(1, "uri"),
			.note = text_argument(2, "note"),
			.depositor = bsn_caller(),
			.revoked = BSN_TEXT("false"),
			.time = bsn_decimal(bsn_block_time() / 1000) };
	bsn_text there;

	if (bsn_get(key_of(digest), &there))
		bsn_revert(BSN_JOIN(digest,
				    BSN_TEXT(" is deposited already")));
	put_entry(digest, &entry);
	emit(BSN_TEXT("Deposited"), entry.depositor, digest, BSN_TEXT("time"),
	     entry.time);
}

BSN_EXPORT(get)
{
	Entry entry = existing(digest_argument());
	bsn_writer out = BSN_WRITER;

	bsn_json_open(&out, '{');
	bsn_json_key(&out, BSN_TEXT("depositor"));
	bsn_json_text(&out, entry.depositor);
	bsn_json_key(&out, BSN_TEXT("note"));
	bsn_json_text(&out, entry.note);
	bsn_json_key(&out, BSN_TEXT("revoked"));
	bsn_json_raw(&out, entry.revoked);
	bsn_json_key(&out, BSN_TEXT("time"));
	bsn_json_text(&out, entry.time);
	bsn_json_key(&out, BSN_TEXT("uri"));
	bsn_json_text(&out, entry.uri);
	bsn_json_close(&out, '}');
	bsn_result(bsn_written(&out));
}

BSN_EXPORT(revoke)
{
	bsn_text digest = digest_argument();
	Entry entry = existing(digest);
	bsn_text caller = bsn_caller();
	bsn_text reason;

	if (!bsn_equal(entry.depositor, caller))
		bsn_revert(BSN_JOIN(digest, BSN_TEXT(" was deposited by "),
				    entry.depositor));
	if (bsn_equal(entry.revoked, BSN_TEXT("true")))
		bsn_revert(
			BSN_JOIN(digest, BSN_TEXT(" is revoked already")));
	reason = text_argument(1, "reason");
	entry.revoked = BSN_TEXT("true");
	put_entry(digest, &entry);
	emit(BSN_TEXT("Revoked"), caller, digest, BSN_TEXT("reason"), reason);
}

BSN_EXPORT(count)
{
	uint32_t all = bsn_iter(BSN_TEXT(ENTRIES), BSN_TEXT(ENTRIES_END));
	uint64_t n = 0;
	bsn_text key;

	while (bsn_next(all, &key, NULL))
		n++;
	bsn_result(bsn_decimal(n));
}
