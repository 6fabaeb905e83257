/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-people.h: signers without certificates, and random policies
 * for them.
 */
#ifndef TESTS_UNIT_FABRIC_PEOPLE_H
#define TESTS_UNIT_FABRIC_PEOPLE_H

#include "plugins/engine-fabric/policy/minimal.h"

#define ORGS 3u
#define ROLES 5u

/* "Org1MSP", "Org2MSP" and "org-3.msp"; not MSPs but for their ids. */
extern Msp orgs[ORGS];
/* A member of each organisation in each role; MEMBER's is nothing more. */
extern MspIdentity people[ORGS][ROLES];
void make_people(void);

#define PEER(org) (&people[org][COMMON__MSPROLE__MSPROLE_TYPE__PEER])
#define ADMIN(org) (&people[org][COMMON__MSPROLE__MSPROLE_TYPE__ADMIN])

/* The policy of a text. Fails the test. */
SignaturePolicy *compile(const char *text);

/* A rule as tests have it. */
typedef struct Node Node;
struct Node {
	guint org, role;
	guint n, count; /* count 0: a principal */
	Node *children[4];
};

Node *random_node(GRand *rand, guint depth);
void node_free(Node *node);
void node_text(const Node *node, GString *out);
/* Whether somebody is the principal of a rule. */
gboolean has_role(const MspIdentity *who, const Node *node);

/* "a.peer+b.peer | c.peer"; the caller frees it. */
char *sets_text(GPtrArray *sets);

#endif
