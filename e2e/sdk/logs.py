"""Every operation of Amazon CloudWatch Logs."""

import os
import time

from session import Session

s = Session("logs")
logs = s.client()
GROUP, STREAM = "sdk-group", "sdk-stream"
ARN = f"arn:aws:logs:{os.environ['AWS_REGION']}:{os.environ['ACCOUNT2_ID']}:log-group:{GROUP}"
NOW = int(time.time() * 1000)


def groups():
    logs.create_log_group(logGroupName=GROUP, tags={"a": "1"})
    s.refused("ResourceAlreadyExistsException", logs.create_log_group, logGroupName=GROUP)
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=7)
    s.refused("InvalidParameterException", logs.put_retention_policy, logGroupName=GROUP, retentionInDays=8)
    got = logs.describe_log_groups(logGroupNamePrefix="sdk-")["logGroups"]
    s.same([(g["logGroupName"], g["arn"], g["retentionInDays"]) for g in got], [(GROUP, ARN + ":*", 7)], "the groups")
    logs.delete_retention_policy(logGroupName=GROUP)
    s.same("retentionInDays" in logs.describe_log_groups(logGroupNamePrefix="sdk-")["logGroups"][0], False, "that events stay for ever")
    s.same([g["logGroupArn"] for g in logs.list_log_groups(logGroupNamePattern="^sdk-")["logGroups"]], [ARN], "the groups of a pattern")


def tags():
    logs.tag_resource(resourceArn=ARN, tags={"b": "2"})
    logs.tag_log_group(logGroupName=GROUP, tags={"c": "3"})
    logs.untag_resource(resourceArn=ARN, tagKeys=["a"])
    logs.untag_log_group(logGroupName=GROUP, tags=["b"])
    s.same(logs.list_tags_for_resource(resourceArn=ARN)["tags"], {"c": "3"}, "the tags")
    s.same(logs.list_tags_log_group(logGroupName=GROUP)["tags"], {"c": "3"}, "the tags of the group")


def events():
    logs.create_log_stream(logGroupName=GROUP, logStreamName=STREAM)
    s.refused("ResourceAlreadyExistsException", logs.create_log_stream, logGroupName=GROUP, logStreamName=STREAM)
    lines = [{"timestamp": NOW + i, "message": f"line {i}"} for i in range(5)]
    logs.put_log_events(logGroupName=GROUP, logStreamName=STREAM, logEvents=lines)
    old = logs.put_log_events(logGroupName=GROUP, logStreamName=STREAM, logEvents=[{"timestamp": 1, "message": "old"}])
    s.same(old["rejectedLogEventsInfo"], {"tooOldLogEventEndIndex": 1}, "what is not taken")
    s.refused("InvalidParameterException", logs.put_log_events, logGroupName=GROUP, logStreamName=STREAM, logEvents=lines[::-1])
    s.refused("ResourceNotFoundException", logs.put_log_events, logGroupName=GROUP, logStreamName="none", logEvents=lines)
    stream = logs.describe_log_streams(logGroupName=GROUP, orderBy="LastEventTime", descending=True)["logStreams"][0]
    s.same((stream["logStreamName"], stream["firstEventTimestamp"], stream["lastEventTimestamp"]), (STREAM, NOW, NOW + 4), "the stream")
    where = dict(logGroupName=GROUP, logStreamName=STREAM)
    page = logs.get_log_events(limit=2, **where)
    s.same([e["message"] for e in page["events"]], ["line 3", "line 4"], "the last events")
    back = logs.get_log_events(limit=2, nextToken=page["nextBackwardToken"], **where)
    s.same([e["message"] for e in back["events"]], ["line 1", "line 2"], "those before")
    seen, token = [], None
    while True:
        page = logs.get_log_events(startFromHead=True, limit=2, **where, **({"nextToken": token} if token else {}))
        if page["nextForwardToken"] == token:
            break
        token = page["nextForwardToken"]
        seen += [e["message"] for e in page["events"]]
    s.same(seen, [line["message"] for line in lines], "all events, page by page")
    found = [e["message"] for p in logs.get_paginator("filter_log_events").paginate(logGroupName=GROUP, filterPattern="line -4", PaginationConfig={"PageSize": 2}) for e in p["events"]]
    s.same(found, ["line 0", "line 1", "line 2", "line 3"], "the events of a pattern")
    s.refused("InvalidParameterException", logs.filter_log_events, logGroupName=GROUP, filterPattern="{ $.a = 1 }")


def clear():
    logs.delete_log_stream(logGroupName=GROUP, logStreamName=STREAM)
    s.refused("ResourceNotFoundException", logs.get_log_events, logGroupName=GROUP, logStreamName=STREAM)
    logs.delete_log_group(logGroupName=GROUP)
    s.refused("ResourceNotFoundException", logs.delete_log_group, logGroupName=GROUP)
    s.same(logs.describe_log_groups(logGroupNamePrefix="sdk-")["logGroups"], [], "the groups that are left")


groups()
tags()
events()
clear()
s.end(logs)
