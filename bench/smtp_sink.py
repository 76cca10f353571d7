"""An SMTP server that takes everything and keeps nothing: `python bench/smtp_sink.py PORT`.

As small as the protocol allows, so that what is measured is who sends and not who takes.
"""

import asyncio
import sys


async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection: any dialogue is answered with yes."""
    writer.write(b"220 sink\r\n")
    while line := await reader.readline():
        word = line[:4].upper()
        if word == b"DATA":
            writer.write(b"354 go\r\n")
            await reader.readuntil(b"\r\n.\r\n")
            writer.write(b"250 kept\r\n")
        elif word == b"EHLO":
            writer.write(b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n")
        elif word == b"QUIT":
            writer.write(b"221 bye\r\n")
            break
        else:
            writer.write(b"250 ok\r\n")
    writer.close()


async def main(port: int) -> None:
    server = await asyncio.start_server(take, "127.0.0.1", port, limit=2**22)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
