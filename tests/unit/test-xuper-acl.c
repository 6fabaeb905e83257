/* SPDX-License-Identifier: Apache-2.0
 *
 * Access control lists: thresholds, AK sets, accounts within accounts.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/identity/acl.h"
#include "tests/unit/xuper-suite.h"

#define ALICE "TeyyPLpp9L7QAcxHangtcHTu7HUZ6iydY"
#define BOB "SmJG3rH2ZzYQ9ojxhbRCPwFiE9y6pD1Co"
#define CAROL "WNWk3ekXeM5M2232dY2uCJmEqWhfQiDYT"
#define COMPANY "XC1111111111111111@xuper"
#define BOARD "XC2222222222222222@xuper"

/* ---- accounts ---- */

typedef struct {
	AclSource base;
	const char *company, *board; /* ACLs; NULL: there is none */
	guint asked;
	int32_t status; /* what it answers instead */
} Accounts;

static int32_t
account_acl(AclSource *source, bsn_slice account, GByteArray *json,
	    bsn_err *err)
{
	Accounts *accounts = (Accounts *)source;
	const char *acl = bsn_slice_equal(account, bsn_slice_str(COMPANY))
				  ? accounts->company
				  : accounts->board;

	accounts->asked++;
	if (accounts->status != BSN_OK)
		return bsn_fail(err, accounts->status, "it is broken");
	if (acl == NULL)
		return BSN_NOT_FOUND;
	g_byte_array_append(json, (const guint8 *)acl, (guint)strlen(acl));
	return BSN_OK;
}

static Accounts
accounts_of(const char *company, const char *board)
{
	return (Accounts){ { .account = account_acl }, company, board, 0,
			    BSN_OK };
}

static Acl *
parse(const char *json)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status = BSN_OK;
	Acl *acl = acl_parse(bsn_slice_str(json), &status, &err);

	g_assert_cmpstr(err.reason, ==, "");
	g_assert_nonnull(acl);
	return acl;
}

/* Whether an ACL is fulfilled by signers, separated by blanks. */
static int32_t
judge(const char *json, const char *signers, Accounts *accounts, bsn_err *err)
{
	g_autoptr(Acl) acl = parse(json);
	g_auto(GStrv) texts = g_strsplit(signers, " ", -1);
	bsn_slice slices[16];
	guint n = 0;

	for (; texts[n] != NULL; n++)
		slices[n] = bsn_slice_str(texts[n]);
	return acl_judge(acl, slices, n, &accounts->base, err);
}

static void
assert_judged(const char *json, const char *signers, Accounts *accounts,
	      int32_t expected)
{
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(judge(json, signers, accounts, &err), ==, expected);
	g_assert_true((err.reason[0] == '\0') == (expected == BSN_OK));
}

/* ---- tests ---- */

#define THRESHOLD                                                          \
	"{\"pm\":{\"rule\":1,\"acceptValue\":0.6},\"aksWeight\":{\"" ALICE \
	"\":0.3,\"" BOB "\":0.3,\"" CAROL "\":0.1}}"

static void
test_threshold(void)
{
	Accounts none = accounts_of(NULL, NULL);
	bsn_err err = BSN_ERR_INIT;

	/* 0.3 + 0.3 is 0.6, which it is not in floating point everywhere. */
	assert_judged(THRESHOLD, ALICE " " BOB, &none, BSN_OK);
	assert_judged(THRESHOLD, ALICE " " CAROL, &none, BSN_DENIED);
	assert_judged(THRESHOLD, ALICE " " ALICE, &none, BSN_DENIED);
	g_assert_cmpint(judge(THRESHOLD, ALICE " " CAROL, &none, &err), ==,
			BSN_DENIED);
	g_assert_cmpstr(err.reason, ==,
			"those who have signed weigh 0.4, the ACL needs 0.6");
	g_assert_cmpuint(none.asked, ==, 0);
}

static void
test_tenths(void)
{
	/* Ten times 0.1 is 1. */
	GString *json = g_string_new(
		"{\"pm\":{\"rule\":1,\"acceptValue\":1},\"aksWeight\":{");
	GString *signers = g_string_new(NULL);
	Accounts none = accounts_of(NULL, NULL);
	const Suite suite = xuper_suite(FALSE);

	for (guint8 i = 1; i <= 10; i++) {
		const XuperPerson person = xuper_person(&suite, i);

		g_string_append_printf(json, "%s\"%s\":0.1", i > 1 ? "," : "",
				       person.address);
		g_string_append_printf(signers, "%s%s", i > 1 ? " " : "",
				       person.address);
	}
	g_string_append(json, "}}");
	assert_judged(json->str, signers->str, &none, BSN_OK);
	g_string_truncate(signers, signers->len - 35);
	assert_judged(json->str, signers->str, &none, BSN_DENIED);
	g_string_free(json, TRUE);
	g_string_free(signers, TRUE);
}

#define SETS                                                                  \
	"{\"pm\":{\"rule\":2},\"akSets\":{\"sets\":{\"1\":{\"aks\":[\"" ALICE \
	"\",\"" BOB "\"]},\"2\":{\"aks\":[\"" CAROL                           \
	"\"]},\"3\":{\"aks\":[]}},\"expression\":\"1 OR 2\"}}"

static void
test_sets(void)
{
	Accounts none = accounts_of(NULL, NULL);

	assert_judged(SETS, ALICE " " BOB, &none, BSN_OK);
	assert_judged(SETS, CAROL, &none, BSN_OK);
	assert_judged(SETS, ALICE, &none, BSN_DENIED);
	assert_judged(SETS, COMPANY "/" CAROL, &none, BSN_DENIED);
	assert_judged("{\"pm\":{\"rule\":2}}", ALICE, &none, BSN_DENIED);
	assert_judged("{\"pm\":{\"rule\":0}}", "", &none, BSN_OK);
}

#define NEEDS_COMPANY                                                      \
	"{\"pm\":{\"rule\":1,\"acceptValue\":1},\"aksWeight\":{\"" COMPANY \
	"\":1}}"
#define NEEDS_BOARD                                                      \
	"{\"pm\":{\"rule\":1,\"acceptValue\":1},\"aksWeight\":{\"" BOARD \
	"\":1}}"

static void
test_nested(void)
{
	Accounts accounts = accounts_of(THRESHOLD, NULL);

	assert_judged(NEEDS_COMPANY, COMPANY "/" ALICE " " COMPANY "/" BOB,
		      &accounts, BSN_OK);
	assert_judged(NEEDS_COMPANY, COMPANY "/" ALICE, &accounts, BSN_DENIED);
	/* Their path leads elsewhere. */
	assert_judged(NEEDS_COMPANY, ALICE " " BOB, &accounts, BSN_DENIED);
	assert_judged(NEEDS_COMPANY, BOARD "/" ALICE " " BOARD "/" BOB,
		      &accounts, BSN_DENIED);
	/* Nobody signs as an account alone. */
	assert_judged(NEEDS_COMPANY, COMPANY, &accounts, BSN_DENIED);
	assert_judged(NEEDS_COMPANY, COMPANY "/", &accounts, BSN_DENIED);
	assert_judged(NEEDS_COMPANY, COMPANY "/" ALICE "/" BOB, &accounts,
		      BSN_DENIED);
	accounts = accounts_of(NEEDS_BOARD, THRESHOLD);
	assert_judged(NEEDS_COMPANY,
		      COMPANY "/" BOARD "/" ALICE " " COMPANY "/" BOARD "/" BOB,
		      &accounts, BSN_OK);
	assert_judged(NEEDS_COMPANY,
		      COMPANY "/" BOARD "/" ALICE " " COMPANY "/" BOB,
		      &accounts, BSN_DENIED);
}

static void
test_account_by_name(void)
{
	const bsn_slice both[] = { bsn_slice_str(COMPANY "/" ALICE),
				   bsn_slice_str(COMPANY "/" BOB) };
	const bsn_slice company = bsn_slice_str(COMPANY);
	Accounts accounts = accounts_of(THRESHOLD, NULL);
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(
		acl_judge_account(company, both, 2, &accounts.base, &err), ==,
		BSN_OK);
	g_assert_cmpint(
		acl_judge_account(company, both, 1, &accounts.base, &err), ==,
		BSN_DENIED);
	g_assert_cmpint(acl_judge_account(bsn_slice_str(BOARD), both, 2,
					  &accounts.base, &err),
			==, BSN_DENIED);
	g_assert_nonnull(strstr(err.reason, BOARD));
}

static void
test_depth(void)
{
	/* An account that contains itself. */
	Accounts accounts = accounts_of(NEEDS_COMPANY, NULL);
	GString *path = g_string_new(NULL);

	for (guint i = 0; i < 20; i++)
		g_string_append(path, COMPANY "/");
	g_string_append(path, ALICE);
	assert_judged(NEEDS_COMPANY, path->str, &accounts, BSN_DENIED);
	g_assert_cmpuint(accounts.asked, ==, ACL_DEPTH_MAX);
	g_string_free(path, TRUE);
}

static void
test_source_fails(void)
{
	Accounts accounts = accounts_of(THRESHOLD, NULL);

	accounts.status = BSN_E_IO;
	assert_judged(NEEDS_COMPANY, COMPANY "/" ALICE, &accounts, BSN_E_IO);
}

/* ---- what is refused ---- */

static void
test_refused(void)
{
	static const struct {
		const char *json;
		int32_t status;
	} wrong[] = {
		{ "", BSN_BAD_REQUEST },
		{ "[]", BSN_BAD_REQUEST },
		{ "{}", BSN_BAD_REQUEST },
		{ "{\"pm\":{\"rule\":3}}", BSN_NOT_OFFERED },
		{ "{\"pm\":{\"rule\":6}}", BSN_NOT_OFFERED },
		{ "{\"pm\":{\"rule\":7}}", BSN_BAD_REQUEST },
		{ "{\"pm\":{\"rule\":1,\"acceptValue\":-1}}", BSN_BAD_REQUEST },
		{ "{\"pm\":{\"rule\":1,\"acceptValue\":0.0000001}}",
		  BSN_BAD_REQUEST },
		{ "{\"pm\":{\"rule\":1,\"acceptValue\":1000001}}",
		  BSN_BAD_REQUEST },
		{ "{\"pm\":{\"rule\":1,\"acceptValue\":1e300}}",
		  BSN_BAD_REQUEST },
		{ "{\"pm\":{\"rule\":1},\"aksWeight\":{\"x\":1}}",
		  BSN_BAD_REQUEST },
		{ "{\"pm\":{\"rule\":1},\"aksWeight\":{\"" ALICE "\":\"1\"}}",
		  BSN_BAD_REQUEST },
		{ "{\"pm\":{\"rule\":1},\"aksWeight\":{\"" ALICE
		  "\":0.12345678}}",
		  BSN_BAD_REQUEST },
		{ "{\"pm\":{\"rule\":1},\"other\":1}", BSN_BAD_REQUEST },
		{ "{\"pm\":{\"rule\":2},\"akSets\":{\"sets\":{\"1\":{\"aks\":"
		  "[\"x\"]}}}}",
		  BSN_BAD_REQUEST },
		{ "{\"pm\":{\"rule\":2},\"akSets\":{\"sets\":{\"1\":{\"aks\":"
		  "[\"" ALICE "\"]}},\"expression\":\"1 AND 2\"}}",
		  BSN_NOT_OFFERED },
	};

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		bsn_err err = BSN_ERR_INIT;
		int32_t status = BSN_OK;

		g_assert_null(
			acl_parse(bsn_slice_str(wrong[i].json), &status, &err));
		g_assert_cmpint(status, ==, wrong[i].status);
		g_assert_cmpstr(err.reason, !=, "");
	}
}

static void
test_large(void)
{
	g_autofree char *json = g_strnfill(ACL_MAX + 1, ' ');
	bsn_err err = BSN_ERR_INIT;
	int32_t status = BSN_OK;

	g_assert_null(acl_parse(bsn_slice_str(json), &status, &err));
	g_assert_cmpint(status, ==, BSN_TOO_LARGE);
}

static void
mention(void *owner, bsn_slice name)
{
	g_string_append_len(owner, (const char *)name.data, (gssize)name.len);
	g_string_append_c(owner, ' ');
}

static void
test_mentions(void)
{
	g_autoptr(Acl) weights = parse(THRESHOLD);
	g_autoptr(Acl) sets = parse(SETS);
	GString *names = g_string_new(NULL);

	acl_mentions(weights, mention, names);
	g_assert_cmpstr(names->str, ==, BOB " " ALICE " " CAROL " ");
	g_string_truncate(names, 0);
	acl_mentions(sets, mention, names);
	g_assert_cmpstr(names->str, ==, ALICE " " BOB " " CAROL " ");
	g_string_free(names, TRUE);
}

/* Whoever signs chooses the paths: three accounts make 3^4 different ones of four,
 * each of whose places would be judged. */
static void
test_many_paths(void)
{
	static const char *const names[] = { COMPANY, BOARD,
					     "XC3333333333333333@xuper" };
	const char *anybody = "{\"pm\":{\"rule\":1,\"acceptValue\":0}}";
	Accounts accounts = accounts_of(anybody, anybody);
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GArray) signers =
		g_array_new(FALSE, FALSE, sizeof(bsn_slice));

	for (guint i = 0; i < 64; i++) {
		GString *path = g_string_new(COMPANY);

		for (guint at = 0, rest = i; at < 7; at++, rest /= 3)
			g_string_append_printf(path, "/%s", names[rest % 3]);
		g_string_append(path, "/" ALICE);
		g_ptr_array_add(paths, g_string_free(path, FALSE));
	}
	for (guint i = 0; i < paths->len; i++) {
		const bsn_slice signer = bsn_slice_str(paths->pdata[i]);

		g_array_append_val(signers, signer);
	}
	(void)acl_judge_account(bsn_slice_str(COMPANY),
				(const bsn_slice *)(void *)signers->data,
				signers->len, &accounts.base, NULL);
	g_assert_cmpuint(accounts.asked, ==, ACL_JUDGED_MAX);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/acl/threshold", test_threshold);
	g_test_add_func("/xuper/acl/ten-tenths-are-one", test_tenths);
	g_test_add_func("/xuper/acl/one-set-is-enough", test_sets);
	g_test_add_func("/xuper/acl/accounts-within-accounts", test_nested);
	g_test_add_func("/xuper/acl/of-an-account", test_account_by_name);
	g_test_add_func("/xuper/acl/not-too-deep", test_depth);
	g_test_add_func("/xuper/acl/source-that-fails", test_source_fails);
	g_test_add_func("/xuper/acl/others-are-refused", test_refused);
	g_test_add_func("/xuper/acl/too-large", test_large);
	g_test_add_func("/xuper/acl/mentions-all-its-members", test_mentions);
	g_test_add_func("/xuper/acl/many-paths-are-bounded", test_many_paths);
	return g_test_run();
}
