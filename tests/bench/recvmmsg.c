/* SPDX-License-Identifier: MIT */
/* recvmmsg.c - an answer for each datagram, as many at a time as there are */
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "reference.h"

#define DATAGRAMS_MOST 64
#define QUESTION_MOST  2048

void
recvmmsg_serve(int fd)
{
	static char               questions[DATAGRAMS_MOST][QUESTION_MOST];
	static char               answer[] = REFERENCE_ANSWER;
	static struct sockaddr_in from[DATAGRAMS_MOST];
	static struct mmsghdr     in[DATAGRAMS_MOST], out[DATAGRAMS_MOST];
	struct iovec              room[DATAGRAMS_MOST], text = { answer, strlen(answer) };

	/* Once and for all: of IPv4 every name has the same length. */
	for (int i = 0; i < DATAGRAMS_MOST; i++) {
		room[i] = (struct iovec){ questions[i], QUESTION_MOST };
		in[i].msg_hdr = (struct msghdr){ .msg_name = &from[i],
			.msg_namelen = sizeof from[i],
			.msg_iov = &room[i],
			.msg_iovlen = 1 };
		out[i].msg_hdr = in[i].msg_hdr;
		out[i].msg_hdr.msg_iov = &text;
	}
	for (;;) {
		int n = recvmmsg(fd, in, DATAGRAMS_MOST, MSG_WAITFORONE, NULL);

		if (n == -1)
			give_up("recvmmsg");
		/* What cannot be sent is lost, as datagrams are. */
		(void)!sendmmsg(fd, out, (unsigned)n, MSG_DONTWAIT);
	}
}
