# host/peer: connections to other hosts
PEER_SOURCES = host/config/peer_rule.c host/config/peer_rule.h \
	host/peer/ban.c host/peer/budget.h host/peer/credential.c host/peer/credential.h \
	host/peer/dialer.c host/peer/error.c host/peer/error.h \
	host/peer/frame.c host/peer/frame.h host/peer/gate.c host/peer/gate.h \
	host/peer/handshake.c host/peer/handshake.h \
	host/peer/introduction.c host/peer/introduction.h host/peer/judging.c \
	host/peer/judging.h host/peer/key.c host/peer/known.c host/peer/lane.c host/peer/lane.h \
	host/peer/link.c host/peer/link.h \
	host/peer/link_private.h host/peer/link_talk.c host/peer/lists.c host/peer/lists.h \
	host/peer/measure.c host/peer/members.c host/peer/peer.c \
	host/peer/peer_lane.c \
	host/peer/peers.c host/peer/peers.h host/peer/private.h \
	host/peer/reload.c host/peer/tls.c host/peer/tls.h
libbsn_host_a_SOURCES += $(PEER_SOURCES)
