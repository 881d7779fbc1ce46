"""A server that speaks S3, with one empty bucket; says where it answers, and ends with its standard input."""

import sys

import boto3
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
endpoint = f"http://{host}:{port}"
secret = dict(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1")
boto3.client("s3", endpoint_url=endpoint, **secret).create_bucket(Bucket="warehouse")
print(endpoint, flush=True)
sys.stdin.read()
