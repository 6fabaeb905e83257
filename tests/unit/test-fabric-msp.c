/* SPDX-License-Identifier: Apache-2.0
 *
 * MSPs: whose certificates are members, and what they are for. Every test runs
 * with P-256 and with SM2.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-ca.h"

#define ROLE(name) COMMON__MSPROLE__MSPROLE_TYPE__##name

static Suite suite;

static int32_t
identify(Msp *msp, const char *pem, MspIdentity **identity, bsn_err *err)
{
	*identity = NULL;
	return msp_identify(msp, bsn_slice_str(pem), identity, err);
}

static void
assert_denied(Msp *msp, const char *pem, const char *reason)
{
	bsn_err err = BSN_ERR_INIT;
	MspIdentity *identity;

	g_assert_cmpint(identify(msp, pem, &identity, &err), ==, BSN_DENIED);
	g_assert_null(identity);
	if (strstr(err.reason, reason) == NULL)
		g_error("\"%s\" is not in \"%s\"", reason, err.reason);
}

static void
assert_role(Msp *msp, const Issued *who, guint roles)
{
	MspIdentity *identity;
	bsn_err err = BSN_ERR_INIT;

	if (identify(msp, who->pem, &identity, &err) != BSN_OK)
		g_error("%s", err.reason);
	g_assert_cmphex(identity->roles, ==, roles);
	msp_identity_unref(identity);
}

static Msp *
read_msp(const Msp__FabricMSPConfig *config)
{
	g_autoptr(GByteArray) bytes = fabric_msp_bytes(config);
	bsn_err err = BSN_ERR_INIT;
	Msp *msp = NULL;

	if (msp_new(&suite, buffer_slice(bytes), &msp, &err) != BSN_OK)
		g_error("%s", err.reason);
	return msp;
}

static void
assert_bad(const Msp__FabricMSPConfig *config, const char *reason)
{
	g_autoptr(GByteArray) bytes = fabric_msp_bytes(config);
	bsn_err err = BSN_ERR_INIT;
	Msp *msp = NULL;

	g_assert_cmpint(msp_new(&suite, buffer_slice(bytes), &msp, &err), ==,
			BSN_BAD_REQUEST);
	if (strstr(err.reason, reason) == NULL)
		g_error("\"%s\" is not in \"%s\"", reason, err.reason);
}

static Msp *
simple_msp(const Issued *root)
{
	g_autoptr(GByteArray) bytes = fabric_msp_simple("Org1MSP", root);
	bsn_err err = BSN_ERR_INIT;
	Msp *msp = NULL;

	if (msp_new(&suite, buffer_slice(bytes), &msp, &err) != BSN_OK)
		g_error("%s", err.reason);
	return msp;
}

/* A config with one root and no more; `name` must live as long. */
static Msp__FabricMSPConfig
plain_config(char *name, ProtobufCBinaryData *root)
{
	Msp__FabricMSPConfig config = MSP__FABRIC_MSPCONFIG__INIT;

	config.name = name;
	config.n_root_certs = 1;
	config.root_certs = root;
	return config;
}

static void
test_roles(void)
{
	g_autoptr(Issued) root = fabric_root(suite.sm, "CA");
	g_autoptr(Issued) client = fabric_member(root, "c", "client");
	g_autoptr(Issued) peer = fabric_member(root, "p", "peer");
	g_autoptr(Issued) admin = fabric_member(root, "a", "admin");
	g_autoptr(Issued) orderer = fabric_member(root, "o", "orderer");
	g_autoptr(Msp) msp = simple_msp(root);

	assert_role(msp, client, 1u << ROLE(MEMBER) | 1u << ROLE(CLIENT));
	assert_role(msp, peer, 1u << ROLE(MEMBER) | 1u << ROLE(PEER));
	assert_role(msp, admin, 1u << ROLE(MEMBER) | 1u << ROLE(ADMIN));
	assert_role(msp, orderer, 1u << ROLE(MEMBER) | 1u << ROLE(ORDERER));
}

static void
test_wrong_units(void)
{
	const Wanted both = { .name = "x", .unit = "peer", .unit_2 = "client" };
	g_autoptr(Issued) root = fabric_root(suite.sm, "CA");
	g_autoptr(Issued) none = fabric_member(root, "x", NULL);
	g_autoptr(Issued) other = fabric_member(root, "x", "sales");
	g_autoptr(Issued) two = fabric_issue(suite.sm, root, &both);
	g_autoptr(Msp) msp = simple_msp(root);

	assert_denied(msp, none->pem, "no unit that makes it");
	assert_denied(msp, other->pem, "no unit that makes it");
	assert_denied(msp, two->pem, "more than one of");
}

static void
test_strangers(void)
{
	const Wanted a_ca = { .name = "x", .unit = "peer", .ca = TRUE };
	const Wanted crypt = { .name = "x",
			       .unit = "peer",
			       .key_usage = "critical,keyEncipherment" };
	g_autoptr(Issued) root = fabric_root(suite.sm, "CA");
	g_autoptr(Issued) stranger = fabric_root(suite.sm, "CA");
	g_autoptr(Issued) theirs = fabric_member(stranger, "x", "peer");
	g_autoptr(Issued) lower = fabric_issue(suite.sm, root, &a_ca);
	g_autoptr(Issued) below = fabric_member(lower, "x", "peer");
	g_autoptr(Issued) unfit = fabric_issue(suite.sm, root, &crypt);
	g_autoptr(Msp) msp = simple_msp(root);

	/* Of a CA of the same name. */
	assert_denied(msp, theirs->pem, "does not lead to a root");
	assert_denied(msp, root->pem, "is a root");
	assert_denied(msp, lower->pem, "is a CA's");
	assert_denied(msp, below->pem, "does not lead to a root");
	assert_denied(msp, unfit->pem, "no digitalSignature");
}

static void
assert_malformed(Msp *msp, bsn_slice pem, int32_t want)
{
	MspIdentity *identity = NULL;
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(msp_identify(msp, pem, &identity, &err), ==, want);
	g_assert_null(identity);
	g_assert_cmpstr(err.reason, !=, "");
}

static void
test_malformed(void)
{
	const Wanted other = { .name = "x",
			       .unit = "peer",
			       .other_algorithm = TRUE };
	g_autoptr(Issued) root = fabric_root(suite.sm, "CA");
	g_autoptr(Issued) peer = fabric_member(root, "p", "peer");
	g_autoptr(Issued) foreign = fabric_issue(suite.sm, root, &other);
	g_autoptr(Msp) msp = simple_msp(root);
	g_autofree char *encrypted = g_strdup(peer->pem);
	g_autofree char *large = g_strnfill(CERTIFICATE_PEM_MAX + 1, 'x');
	const gsize len = strlen(peer->pem);

	assert_malformed(msp, bsn_slice_of(NULL, 0), BSN_BAD_REQUEST);
	assert_malformed(msp, bsn_slice_str(foreign->pem), BSN_BAD_REQUEST);
	assert_malformed(msp, bsn_slice_str(large), BSN_TOO_LARGE);
	for (gsize cut = 0; cut < len - 2; cut += 7)
		assert_malformed(msp, bsn_slice_of(peer->pem, cut),
				 BSN_BAD_REQUEST);
	memcpy(strstr(encrypted, "CERTIFICATE"), "CERTIFICATF", 11);
	assert_malformed(msp, bsn_slice_str(encrypted), BSN_BAD_REQUEST);
}

/* However its PEM is written, it is the same identity. */
static void
test_same_identity(void)
{
	g_autoptr(Issued) root = fabric_root(suite.sm, "CA");
	g_autoptr(Issued) peer = fabric_member(root, "p", "peer");
	g_autoptr(Msp) msp = simple_msp(root);
	g_autofree char *wordy = g_strconcat("hello\n", peer->pem, "bye", NULL);
	g_autoptr(MspIdentity) a = NULL;
	g_autoptr(MspIdentity) b = NULL;

	g_assert_cmpint(identify(msp, peer->pem, &a, NULL), ==, BSN_OK);
	g_assert_cmpint(identify(msp, wordy, &b, NULL), ==, BSN_OK);
	g_assert_true(memcmp(a->id, b->id, HASH_LEN) == 0);
	g_assert_cmpint(a->not_after_s, ==, FABRIC_CA_END_S);
}

/* Blocks are judged alike for ever; only what comes in now looks at clocks. */
static void
test_expired(void)
{
	const Wanted old = { .name = "x",
			     .unit = "client",
			     .begin_s = FABRIC_CA_BEGIN_S + 10,
			     .end_s = FABRIC_CA_BEGIN_S + 20 };
	const Wanted early = { .name = "x", .unit = "client", .begin_s = 1000 };
	g_autoptr(Issued) root = fabric_root(suite.sm, "CA");
	g_autoptr(Issued) expired = fabric_issue(suite.sm, root, &old);
	g_autoptr(Issued) before = fabric_issue(suite.sm, root, &early);
	g_autoptr(Msp) msp = simple_msp(root);
	g_autoptr(MspIdentity) identity = NULL;

	g_assert_cmpint(identify(msp, expired->pem, &identity, NULL), ==,
			BSN_OK);
	g_assert_false(
		msp_identity_is_expired(identity, FABRIC_CA_BEGIN_S + 19));
	g_assert_true(
		msp_identity_is_expired(identity, FABRIC_CA_BEGIN_S + 20));
	/* It began when its CA was not valid yet. */
	assert_denied(msp, before->pem, "not yet valid");
}

static void
test_intermediates(void)
{
	const Wanted lower = { .name = "Intermediate", .ca = TRUE };
	g_autoptr(Issued) root = fabric_root(suite.sm, "CA");
	g_autoptr(Issued) middle = fabric_issue(suite.sm, root, &lower);
	g_autoptr(Issued) by_root = fabric_member(root, "r", NULL);
	g_autoptr(Issued) by_middle = fabric_member(middle, "m", NULL);
	ProtobufCBinaryData roots[] = { fabric_text(root->pem) };
	ProtobufCBinaryData middles[] = { fabric_text(middle->pem) };
	char name[] = "Org1MSP";
	Msp__FabricMSPConfig config = plain_config(name, roots);
	g_autoptr(Msp) without = read_msp(&config);
	g_autoptr(Msp) with = NULL;

	config.n_intermediate_certs = 1;
	config.intermediate_certs = middles;
	with = read_msp(&config);
	assert_role(without, by_root, 1u << ROLE(MEMBER));
	assert_denied(without, by_middle->pem, "does not lead to a root");
	assert_role(with, by_middle, 1u << ROLE(MEMBER));
	assert_denied(with, by_root->pem, "has CAs below it");
}

static void
test_revoked(void)
{
	g_autoptr(Issued) root = fabric_root(suite.sm, "CA");
	g_autoptr(Issued) twin = fabric_root(suite.sm, "CA");
	g_autoptr(Issued) good = fabric_member(root, "g", NULL);
	g_autoptr(Issued) bad = fabric_member(root, "b", NULL);
	g_autofree char *list = fabric_revoke(root, bad);
	g_autofree char *forged = fabric_revoke(twin, good);
	ProtobufCBinaryData roots[] = { fabric_text(root->pem) };
	ProtobufCBinaryData lists[] = { fabric_text(list) };
	char name[] = "Org1MSP";
	Msp__FabricMSPConfig config = plain_config(name, roots);
	g_autoptr(Msp) msp = NULL;

	config.n_revocation_list = 1;
	config.revocation_list = lists;
	msp = read_msp(&config);
	assert_role(msp, good, 1u << ROLE(MEMBER));
	assert_denied(msp, bad->pem, "has been revoked");
	lists[0] = fabric_text(forged);
	assert_bad(&config, "MSP Org1MSP: revocation_list[0]: it is signed by "
			    "no CA");
	lists[0] = fabric_text("nonsense");
	assert_bad(&config, "MSP Org1MSP: revocation_list[0]: the revocation "
			    "list is no PEM");
}

static void
test_revoked_ca(void)
{
	const Wanted lower = { .name = "Intermediate", .ca = TRUE };
	g_autoptr(Issued) root = fabric_root(suite.sm, "CA");
	g_autoptr(Issued) middle = fabric_issue(suite.sm, root, &lower);
	g_autofree char *list = fabric_revoke(root, middle);
	ProtobufCBinaryData roots[] = { fabric_text(root->pem) };
	ProtobufCBinaryData middles[] = { fabric_text(middle->pem) };
	ProtobufCBinaryData lists[] = { fabric_text(list) };
	char name[] = "Org1MSP";
	Msp__FabricMSPConfig config = plain_config(name, roots);

	config.n_intermediate_certs = 1;
	config.intermediate_certs = middles;
	config.n_revocation_list = 1;
	config.revocation_list = lists;
	assert_bad(&config, "the CA has been revoked");
}

static void
test_admins(void)
{
	g_autoptr(Issued) root = fabric_root(suite.sm, "CA");
	g_autoptr(Issued) stranger = fabric_root(suite.sm, "Other");
	g_autoptr(Issued) listed = fabric_member(root, "a", NULL);
	g_autoptr(Issued) other = fabric_member(root, "o", NULL);
	ProtobufCBinaryData roots[] = { fabric_text(root->pem) };
	ProtobufCBinaryData admins[] = { fabric_text(listed->pem) };
	char name[] = "Org1MSP";
	Msp__FabricMSPConfig config = plain_config(name, roots);
	g_autoptr(Msp) msp = NULL;

	config.n_admins = 1;
	config.admins = admins;
	msp = read_msp(&config);
	assert_role(msp, listed, 1u << ROLE(MEMBER) | 1u << ROLE(ADMIN));
	assert_role(msp, other, 1u << ROLE(MEMBER));
	admins[0] = fabric_text(stranger->pem);
	assert_bad(&config, "admins[0]");
}

/* Units that are tied to a CA. */
static void
test_certified_units(void)
{
	const Wanted lower = { .name = "Intermediate", .ca = TRUE };
	g_autoptr(Issued) root = fabric_root(suite.sm, "CA");
	g_autoptr(Issued) a = fabric_issue(suite.sm, root, &lower);
	g_autoptr(Issued) b = fabric_issue(suite.sm, root, &lower);
	g_autoptr(Issued) by_a = fabric_member(a, "m", "sales");
	g_autoptr(Issued) by_b = fabric_member(b, "m", "sales");
	g_autoptr(Issued) other = fabric_member(a, "m", "audit");
	ProtobufCBinaryData roots[] = { fabric_text(root->pem) };
	ProtobufCBinaryData middles[] = { fabric_text(a->pem),
					  fabric_text(b->pem) };
	char name[] = "Org1MSP";
	char sales[] = "sales";
	Msp__FabricOUIdentifier unit = MSP__FABRIC_OUIDENTIFIER__INIT;
	Msp__FabricOUIdentifier *units[] = { &unit };
	Msp__FabricMSPConfig config = plain_config(name, roots);
	g_autoptr(Msp) msp = NULL;

	unit.organizational_unit_identifier = sales;
	unit.certificate = fabric_text(a->pem);
	config.n_intermediate_certs = 2;
	config.intermediate_certs = middles;
	config.n_organizational_unit_identifiers = 1;
	config.organizational_unit_identifiers = units;
	msp = read_msp(&config);
	assert_role(msp, by_a, 1u << ROLE(MEMBER));
	assert_denied(msp, by_b->pem, "none of the MSP's organizational units");
	assert_denied(msp, other->pem, "none of the MSP's");
	unit.certificate = fabric_text(by_a->pem);
	assert_bad(&config, "none of the MSP's CAs");
	unit.certificate = fabric_text("");
	assert_bad(&config, "its certificate is missing");
}

static void
test_bad_configs(void)
{
	const Wanted lower = { .name = "Intermediate", .ca = TRUE };
	const Wanted weak = { .name = "CA",
			      .ca = TRUE,
			      .key_usage = "critical,cRLSign" };
	const Wanted foreign = { .name = "CA",
				 .ca = TRUE,
				 .other_algorithm = TRUE };
	g_autoptr(Issued) root = fabric_root(suite.sm, "CA");
	g_autoptr(Issued) stranger = fabric_root(suite.sm, "Other");
	g_autoptr(Issued) middle = fabric_issue(suite.sm, stranger, &lower);
	g_autoptr(Issued) member = fabric_member(root, "m", NULL);
	g_autoptr(Issued) unfit = fabric_issue(suite.sm, NULL, &weak);
	g_autoptr(Issued) other = fabric_issue(suite.sm, root, &foreign);
	ProtobufCBinaryData roots[] = { fabric_text(root->pem) };
	ProtobufCBinaryData middles[] = { fabric_text(middle->pem) };
	char name[] = "Org1MSP";
	char none[] = "";
	Msp__FabricMSPConfig config = plain_config(name, roots);

	config.n_intermediate_certs = 1;
	config.intermediate_certs = middles;
	assert_bad(&config, "does not lead to a root");
	config.n_intermediate_certs = 0;
	roots[0] = fabric_text(member->pem);
	assert_bad(&config, "root_certs[0]: it is no CA's");
	roots[0] = fabric_text(unfit->pem);
	assert_bad(&config, "root_certs[0]: it is no CA's");
	roots[0] = fabric_text(other->pem);
	assert_bad(&config, "root_certs[0]: the certificate is not of this "
			    "channel's algorithms");
	config.n_root_certs = 0;
	assert_bad(&config, "there is none");
	config.name = none;
	assert_bad(&config, "an MSP's name");
}

static void
add(const char *name, void (*test)(void))
{
	g_autofree char *path = g_strdup_printf("/fabric/msp/%s/%s",
						suite.sm ? "sm" : "std", name);

	g_test_add_func(path, test);
}

static void
use_std(void)
{
	suite = fabric_suite(FALSE);
}

static void
use_sm(void)
{
	suite = fabric_suite(TRUE);
}

static void
add_all(gboolean sm)
{
	suite = (Suite){ .sm = sm };
	add("it-has-its-algorithms", sm ? use_sm : use_std);
	add("units-make-roles", test_roles);
	add("a-member-has-one-of-the-units", test_wrong_units);
	add("others-are-no-members", test_strangers);
	add("malformed-certificates-are-refused", test_malformed);
	add("an-encoding-makes-no-other-identity", test_same_identity);
	add("expiry-is-no-matter-of-blocks", test_expired);
	add("members-are-of-the-lowest-cas", test_intermediates);
	add("the-revoked-are-no-members", test_revoked);
	add("a-revoked-ca-makes-no-msp", test_revoked_ca);
	add("admins-are-listed", test_admins);
	add("units-may-be-tied-to-a-ca", test_certified_units);
	add("configs-that-are-refused", test_bad_configs);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add_all(FALSE);
	add_all(TRUE);
	return g_test_run();
}
