"""Every operation of Amazon SNS."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue

from session import Session

s = Session("sns")
sns = s.client()
ACCOUNT, STRANGER = os.environ["ACCOUNT2_ID"], os.environ["ACCOUNT1_ID"]
TAGS = [{"Key": "stage", "Value": "test"}]
posted = Queue()


class Endpoint(BaseHTTPRequestHandler):
    """Takes what a topic posts."""

    def do_POST(self):
        posted.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def topics():
    made = sns.create_topic(Name="sdk-topic", Tags=TAGS, Attributes={"DisplayName": "first"})["TopicArn"]
    s.same(made, f"arn:aws:sns:{os.environ['AWS_REGION']}:{ACCOUNT}:sdk-topic", "the topic")
    s.same(sns.create_topic(Name="sdk-topic")["TopicArn"], made, "the topic made again")
    s.refused("InvalidParameter", sns.create_topic, Name="sdk topic")
    s.same([t["TopicArn"] for t in sns.list_topics()["Topics"]], [made], "the topics")
    sns.set_topic_attributes(TopicArn=made, AttributeName="DisplayName", AttributeValue="second")
    got = sns.get_topic_attributes(TopicArn=made)["Attributes"]
    s.same((got["DisplayName"], got["Owner"], got["TopicArn"]), ("second", ACCOUNT, made), "the attributes")
    s.refused("NotFound", sns.get_topic_attributes, TopicArn=made + "-not")
    s.refused("InvalidParameter", sns.set_topic_attributes, TopicArn=made, AttributeName="Wrong", AttributeValue="x")
    sns.tag_resource(ResourceArn=made, Tags=[{"Key": "more", "Value": "yes"}])
    s.same({t["Key"]: t["Value"] for t in sns.list_tags_for_resource(ResourceArn=made)["Tags"]}, {"stage": "test", "more": "yes"}, "the tags")
    sns.untag_resource(ResourceArn=made, TagKeys=["more"])
    s.same(sns.list_tags_for_resource(ResourceArn=made)["Tags"], TAGS, "the tags that are left")
    s.refused("ResourceNotFound", sns.list_tags_for_resource, ResourceArn=made + "-not")
    return made


def permissions(arn):
    other = s.client("ACCOUNT1")
    s.refused("AuthorizationError", other.publish, TopicArn=arn, Message="no")
    sns.add_permission(TopicArn=arn, Label="others", AWSAccountId=[STRANGER], ActionName=["Publish"])
    labels = [st.get("Sid") for st in json.loads(sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"])["Statement"]]
    s.same("others" in labels, True, "that the label is in the policy")
    s.same(len(other.publish(TopicArn=arn, Message="yes")["MessageId"]), 36, "the length of a message's id")
    sns.remove_permission(TopicArn=arn, Label="others")
    s.refused("AuthorizationError", other.publish, TopicArn=arn, Message="no")


def subscriptions(arn):
    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    s.same(sns.subscribe(TopicArn=arn, Protocol="http", Endpoint=url)["SubscriptionArn"], "pending confirmation", "the answer before the confirmation")
    ask = posted.get(timeout=30)
    s.same((ask["Type"], ask["TopicArn"]), ("SubscriptionConfirmation", arn), "what asks to confirm")
    s.refused("InvalidParameter", sns.confirm_subscription, TopicArn=arn, Token="wrong")
    made = sns.confirm_subscription(TopicArn=arn, Token=ask["Token"])["SubscriptionArn"]
    want = [{"SubscriptionArn": made, "Owner": ACCOUNT, "Protocol": "http", "Endpoint": url, "TopicArn": arn}]
    s.same(sns.list_subscriptions()["Subscriptions"], want, "the subscriptions")
    s.same(sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"], want, "the topic's subscriptions")
    id = sns.publish(TopicArn=arn, Subject="hello", Message="world", MessageAttributes={"n": {"DataType": "Number", "StringValue": "1"}})["MessageId"]
    got = posted.get(timeout=30)
    s.same((got["Type"], got["MessageId"], got["Subject"], got["Message"], got["MessageAttributes"]),
           ("Notification", id, "hello", "world", {"n": {"Type": "Number", "Value": "1"}}), "the message")
    sns.set_subscription_attributes(SubscriptionArn=made, AttributeName="RawMessageDelivery", AttributeValue="true")
    attributes = sns.get_subscription_attributes(SubscriptionArn=made)["Attributes"]
    s.same((attributes["RawMessageDelivery"], attributes["Endpoint"], attributes["PendingConfirmation"]), ("true", url, "false"), "the attributes")
    s.refused("InvalidParameter", sns.subscribe, TopicArn=arn, Protocol="http", Endpoint="not a place")
    sns.unsubscribe(SubscriptionArn=made)
    s.same(sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"], [], "the subscriptions after the end")
    s.refused("NotFound", sns.get_subscription_attributes, SubscriptionArn=made)


def clean(arn):
    sns.delete_topic(TopicArn=arn)
    s.same(sns.list_topics()["Topics"], [], "the topics after the deletion")
    s.refused("NotFound", sns.publish, TopicArn=arn, Message="nobody hears")


made = topics()
permissions(made)
subscriptions(made)
clean(made)
s.end(sns)
