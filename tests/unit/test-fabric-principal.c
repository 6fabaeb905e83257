/* SPDX-License-Identifier: Apache-2.0
 *
 * What policies ask of identities, and the MSPs of a channel together. Every
 * test runs with P-256 and with SM2.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/msp/manager.h"
#include "plugins/engine-fabric/msp/principal.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-ca.h"

#define ROLE(name) COMMON__MSPROLE__MSPROLE_TYPE__##name

static Suite suite;

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

static MspIdentity *
identify(Msp *msp, const Issued *who)
{
	MspIdentity *identity = NULL;
	bsn_err err = BSN_ERR_INIT;

	if (msp_identify(msp, bsn_slice_str(who->pem), &identity, &err) !=
	    BSN_OK)
		g_error("%s", err.reason);
	return identity;
}

static gboolean
is_principal(const MspIdentity *identity,
	     Common__MSPPrincipal__Classification kind, const void *message)
{
	g_autoptr(GByteArray) bytes = message_pack(message);
	g_autoptr(Principal) principal = NULL;
	Common__MSPPrincipal outer = COMMON__MSPPRINCIPAL__INIT;
	bsn_err err = BSN_ERR_INIT;

	outer.principal_classification = kind;
	outer.principal = message_bytes(buffer_slice(bytes));
	if (principal_new(&suite, &outer, &principal, &err) != BSN_OK)
		g_error("%s", err.reason);
	return principal_is(principal, identity);
}

static void
test_principals(void)
{
	g_autoptr(Issued) root = fabric_root(suite.sm, "CA");
	g_autoptr(Issued) peer = fabric_member(root, "p", "peer");
	g_autoptr(Issued) other = fabric_member(root, "q", "peer");
	g_autoptr(Msp) msp = simple_msp(root);
	g_autoptr(MspIdentity) identity = identify(msp, peer);
	Common__MSPRole role = COMMON__MSPROLE__INIT;
	Common__OrganizationUnit unit = COMMON__ORGANIZATION_UNIT__INIT;
	Common__MSPIdentityAnonymity anonymity =
		COMMON__MSPIDENTITY_ANONYMITY__INIT;
	Msp__SerializedIdentity exact = MSP__SERIALIZED_IDENTITY__INIT;
	char org1[] = "Org1MSP";
	char org2[] = "Org2MSP";
	char name[] = "peer";
	char sales[] = "sales";

	role.msp_identifier = org1;
	role.role = ROLE(PEER);
	g_assert_true(is_principal(identity, 0, &role));
	role.role = ROLE(ADMIN);
	g_assert_false(is_principal(identity, 0, &role));
	role.role = ROLE(MEMBER);
	g_assert_true(is_principal(identity, 0, &role));
	role.msp_identifier = org2;
	g_assert_false(is_principal(identity, 0, &role));

	unit.msp_identifier = org1;
	unit.organizational_unit_identifier = name;
	unit.certifiers_identifier.len = HASH_LEN;
	unit.certifiers_identifier.data = identity->certifiers;
	g_assert_true(is_principal(identity, 1, &unit));
	unit.organizational_unit_identifier = sales;
	g_assert_false(is_principal(identity, 1, &unit));
	unit.organizational_unit_identifier = name;
	unit.certifiers_identifier.data = identity->id;
	g_assert_false(is_principal(identity, 1, &unit));

	exact.mspid = org1;
	exact.id_bytes = fabric_text(peer->pem);
	g_assert_true(is_principal(identity, 2, &exact));
	exact.id_bytes = fabric_text(other->pem);
	g_assert_false(is_principal(identity, 2, &exact));

	g_assert_true(is_principal(identity, 3, &anonymity));
	anonymity.anonymity_type = 1;
	g_assert_false(is_principal(identity, 3, &anonymity));
}

static void
test_combined(void)
{
	g_autoptr(Issued) root = fabric_root(suite.sm, "CA");
	g_autoptr(Issued) peer = fabric_member(root, "p", "peer");
	g_autoptr(Msp) msp = simple_msp(root);
	g_autoptr(MspIdentity) identity = identify(msp, peer);
	Common__MSPRole role = COMMON__MSPROLE__INIT;
	Common__MSPPrincipal parts[2] = { COMMON__MSPPRINCIPAL__INIT,
					  COMMON__MSPPRINCIPAL__INIT };
	Common__MSPPrincipal *list[] = { &parts[0], &parts[1] };
	Common__CombinedPrincipal combined = COMMON__COMBINED_PRINCIPAL__INIT;
	g_autoptr(GByteArray) is_peer = NULL;
	g_autoptr(GByteArray) is_admin = NULL;
	char org1[] = "Org1MSP";

	role.msp_identifier = org1;
	role.role = ROLE(PEER);
	is_peer = message_pack(&role);
	role.role = ROLE(ADMIN);
	is_admin = message_pack(&role);
	parts[0].principal = message_bytes(buffer_slice(is_peer));
	parts[1].principal = message_bytes(buffer_slice(is_peer));
	combined.n_principals = 2;
	combined.principals = list;
	g_assert_true(is_principal(identity, 4, &combined));
	parts[1].principal = message_bytes(buffer_slice(is_admin));
	g_assert_false(is_principal(identity, 4, &combined));
}

/* ---- managers ---- */

static void
test_manager(void)
{
	g_autoptr(Issued) root_1 = fabric_root(suite.sm, "CA 1");
	g_autoptr(Issued) root_2 = fabric_root(suite.sm, "CA 2");
	g_autoptr(Issued) peer = fabric_member(root_1, "p", "peer");
	g_autoptr(GByteArray) config_1 = fabric_msp_simple("Org1MSP", root_1);
	g_autoptr(GByteArray) config_2 = fabric_msp_simple("Org2MSP", root_2);
	g_autoptr(GByteArray) right = fabric_serialize("Org1MSP", peer);
	g_autoptr(GByteArray) wrong = fabric_serialize("Org2MSP", peer);
	g_autoptr(GByteArray) unknown = fabric_serialize("Org3MSP", peer);
	g_autoptr(MspManager) manager = msp_manager_new(&suite);
	g_autoptr(MspIdentity) first = NULL;
	g_autoptr(MspIdentity) second = NULL;
	MspIdentity *none = NULL;
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(msp_manager_add(manager, buffer_slice(config_1), &err),
			==, BSN_OK);
	g_assert_cmpint(msp_manager_add(manager, buffer_slice(config_2), &err),
			==, BSN_OK);
	g_assert_cmpint(msp_manager_add(manager, buffer_slice(config_2), &err),
			==, BSN_DUPLICATE);
	g_assert_cmpint(msp_manager_identify(manager, buffer_slice(right),
					     &first, &err),
			==, BSN_OK);
	g_assert_cmpint(msp_manager_identify(manager, buffer_slice(right),
					     &second, &err),
			==, BSN_OK);
	g_assert_true(first == second);
	g_assert_cmpint(
		msp_manager_identify(manager, buffer_slice(wrong), &none, &err),
		==, BSN_DENIED);
	g_assert_cmpint(msp_manager_identify(manager, buffer_slice(unknown),
					     &none, &err),
			==, BSN_DENIED);
	g_assert_cmpstr(err.reason, ==,
			"the channel has no organisation with the MSP "
			"\"Org3MSP\"");
	g_assert_null(none);
}

/* One certificate in many encodings is many entries of the cache. */
static void
test_cache_is_bounded(void)
{
	g_autoptr(Issued) root = fabric_root(suite.sm, "CA");
	g_autoptr(Issued) peer = fabric_member(root, "p", "peer");
	g_autoptr(GByteArray) config = fabric_msp_simple("Org1MSP", root);
	g_autoptr(MspManager) manager = msp_manager_new(&suite);
	g_autofree char *pem = g_strconcat("0000\n", peer->pem, NULL);
	MspIdentity *kept = NULL;
	guint fresh = 0;

	msp_manager_add(manager, buffer_slice(config), NULL);
	g_free(peer->pem);
	peer->pem = pem;
	for (guint i = 0; i < MSP_MANAGER_CACHE + 10; i++) {
		g_autoptr(GByteArray) bytes = NULL;
		g_autoptr(MspIdentity) identity = NULL;

		g_snprintf(pem, 5, "%04u", i % (MSP_MANAGER_CACHE + 5));
		pem[4] = '\n';
		bytes = fabric_serialize("Org1MSP", peer);
		g_assert_cmpint(msp_manager_identify(manager,
						     buffer_slice(bytes),
						     &identity, NULL),
				==, BSN_OK);
		if (kept == NULL)
			kept = msp_identity_ref(identity);
		fresh += i > 0 && identity == kept ? 1 : 0;
	}
	/* The first was forgotten, and so judged again. */
	g_assert_cmpuint(fresh, ==, 0);
	g_assert_cmpint(kept->refs, ==, 1);
	msp_identity_unref(kept);
	pem = NULL;
}

static void
add(const char *name, void (*test)(void))
{
	g_autofree char *path = g_strdup_printf("/fabric/principal/%s/%s",
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
	add("principals", test_principals);
	add("combined-principals", test_combined);
	add("a-manager-knows-whose-msp-it-is", test_manager);
	add("what-a-manager-remembers-is-bounded", test_cache_is_bounded);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add_all(FALSE);
	add_all(TRUE);
	return g_test_run();
}
