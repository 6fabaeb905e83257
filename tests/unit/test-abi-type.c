/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/solidity/type.h"
#include "plugins/kit/json.h"

static json_t *
json_of(const char *text)
{
	bsn_err err = BSN_ERR_INIT;
	json_t *value = json_parse(bsn_slice_str(text), 1 << 20, "text", NULL,
				   &err);

	if (value == NULL)
		g_error("%s: %s", text, err.reason);
	return value;
}

static void
assert_type(const char *text, const char *canonical, gboolean dynamic,
	    guint64 head)
{
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(AbiType) type =
		abi_type_parse(text, strlen(text), NULL, &err);
	GString *name = g_string_new(NULL);

	if (type == NULL)
		g_error("%s: %s", text, err.reason);
	abi_type_name(type, name);
	g_assert_cmpstr(name->str, ==, canonical);
	g_assert_cmpint(type->dynamic, ==, dynamic);
	g_assert_cmpuint(type->head, ==, head);
	g_string_free(name, TRUE);
}

static void
test_types_are_laid_out(void)
{
	assert_type("uint", "uint256", FALSE, 32);
	assert_type("int8", "int8", FALSE, 32);
	assert_type("address", "address", FALSE, 32);
	assert_type("bool", "bool", FALSE, 32);
	assert_type("bytes32", "bytes32", FALSE, 32);
	assert_type("function", "function", FALSE, 32);
	assert_type("bytes", "bytes", TRUE, 32);
	assert_type("string", "string", TRUE, 32);
	assert_type("uint8[3]", "uint8[3]", FALSE, 96);
	assert_type("uint8[3][2]", "uint8[3][2]", FALSE, 192);
	assert_type("uint8[]", "uint8[]", TRUE, 32);
	assert_type("string[4]", "string[4]", TRUE, 32);
	assert_type("(int,uint[2])", "(int256,uint256[2])", FALSE, 96);
	assert_type("(int,(bytes,bool)[2])[]", "(int256,(bytes,bool)[2])[]",
		    TRUE, 32);
}

static void
assert_no_type(const char *text, const char *reason)
{
	bsn_err err = BSN_ERR_INIT;

	g_assert_null(abi_type_parse(text, strlen(text), NULL, &err));
	if (strstr(err.reason, reason) == NULL)
		g_error("%s: %s", text, err.reason);
}

static void
test_types_that_are_none(void)
{
	assert_no_type("uint7", "the bits of an integer go from 8 to 256");
	assert_no_type("uint0", "the bits of an integer");
	assert_no_type("uint08", "the bits of an integer");
	assert_no_type("int264", "the bits of an integer");
	assert_no_type("bytes0", "from bytes1 to bytes32");
	assert_no_type("bytes33", "from bytes1 to bytes32");
	assert_no_type("fixed128x18", "is no type of the contract ABI");
	assert_no_type("", "is no type of the contract ABI");
	assert_no_type("uint8[0]", "is no length of an array");
	assert_no_type("uint8[1", "is no length of an array");
	assert_no_type("uint8[-1]", "is no length of an array");
	assert_no_type("uint8[9999999999]", "is no length of an array");
	assert_no_type("uint8]", "something follows its end");
	assert_no_type("uint8 ", "something follows its end");
	assert_no_type("()", "is a tuple without members");
	assert_no_type("(uint8", "must end with a parenthesis");
	assert_no_type("(uint8,)", "is no type of the contract ABI");
	assert_no_type("tuple", "needs \"components\"");
	assert_no_type("uint8[4096][4096]", "a type of fixed size may have");
	assert_no_type("bool[][][][][][][][][][][][][][][][][]",
		       "nest deeper than 16");
	assert_no_type("((((((((((((((((((((bool))))))))))))))))))))",
		       "is nested too deep");
}

static void
test_types_from_components(void)
{
	g_autoptr(json_t) params = json_of(
		"[{\"name\":\"a\",\"type\":\"tuple[2]\",\"components\":["
		"{\"name\":\"x\",\"type\":\"uint8\"},"
		"{\"name\":\"y\",\"type\":\"string[]\"}]},"
		"{\"name\":\"b\",\"type\":\"bool\",\"indexed\":true}]");
	g_autoptr(json_t) wrong = json_of(
		"[{\"type\":\"bool\"},{\"type\":\"tuple\",\"components\":["
		"{\"type\":\"uint9\"}]}]");
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(AbiType) type = abi_params_parse(params, &err);
	GString *name = g_string_new(NULL);

	g_assert_nonnull(type);
	abi_type_name(type, name);
	g_assert_cmpstr(name->str, ==, "((uint8,string[])[2],bool)");
	g_assert_true(type->named);
	g_assert_true(type->members[1].indexed);
	g_assert_cmpstr(type->members[0].type->element->members[1].name, ==,
			"y");
	g_assert_null(abi_params_parse(wrong, &err));
	g_assert_true(g_str_has_prefix(
		err.reason, "[1].components[0]: \"uint9\" is no type"));
	g_string_free(name, TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/abi/type/is-laid-out", test_types_are_laid_out);
	g_test_add_func("/abi/type/refusals-say-why",
			test_types_that_are_none);
	g_test_add_func("/abi/type/comes-from-components",
			test_types_from_components);
	return g_test_run();
}
