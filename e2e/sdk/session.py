"""Clients of botocore whose answers are compared with the service's model.

A script makes a Session, calls every operation that SDK_OPERATIONS names, and ends it:
then the others are called too, which are refused.
"""

import os
import sys
import time

from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session as Core

from model import Answer
from unsupported import refuse

CONFIG = Config(inject_host_prefix=False, retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})

# Codes that every service has, whether or not its model names them.
ANYWHERE = {
    "InvalidParameterValueException", "InvalidParameterCombinationException",
    "AccessDenied", "AccessDeniedException", "AuthorizationError", "ValidationError", "ValidationException", "InvalidClientTokenId",
    "SignatureDoesNotMatch", "InvalidParameterValue", "UnsupportedOperation",
}


class Session:
    def __init__(self, service):
        self.service, self.wrong = service, 0
        self.wanted, self.called = set(os.environ["SDK_OPERATIONS"].split(",")), set()

    def client(self, account="ACCOUNT2", **credentials):
        """A client of the account's administrator, or of credentials as STS gives them."""
        core = Core(profile=None if credentials else os.environ[account + "_PROFILE"])
        if credentials:
            core.set_credentials(credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials.get("SessionToken"))
        made = core.create_client(self.service, config=CONFIG, region_name=os.environ["AWS_REGION"],
                                  endpoint_url=os.environ["AWS_ENDPOINT_URL"])
        model = made.meta.service_model
        made.meta.events.register("response-received", lambda **event: self.seen(model, **event))
        return made

    def seen(self, model, event_name, response_dict, **_):
        operation = model.operation_model(event_name.rpartition(".")[2])
        if response_dict["status_code"] >= 300:
            return
        self.called.add(operation.name)
        for problem in Answer(operation, model.resolved_protocol, response_dict).problems:
            self.note(problem)

    def same(self, got, want, what=""):
        if got != want:
            self.fail(f"{what} is {got!r}, want {want!r}")

    def fail(self, text):
        line = sys._getframe(1)
        while line.f_code.co_filename == __file__:
            line = line.f_back
        self.note(f"{os.path.basename(line.f_code.co_filename)}:{line.f_lineno}: {text}")

    def note(self, problem):
        self.wrong += 1
        print(self.service, problem, file=sys.stderr)

    def refused(self, code, call, /, only=False, **parameters):
        """The call fails with a code; only says that the operation does nothing else here."""
        try:
            answer = call(**parameters)
        except ClientError as e:
            self.judge(code, e, call.__self__.meta.service_model)
            if only:
                self.called.add(e.operation_name)
            return e.response
        return self.fail(f"{call.__name__} answers {answer}, want {code}")

    def judge(self, code, e, model):
        shapes = model.operation_model(e.operation_name).error_shapes
        codes = {s.metadata.get("error", {}).get("code", s.name): s for s in shapes}
        got = e.response["Error"]["Code"]
        self.same(got, code, f"the code of {e.operation_name} ({e.response['Error'].get('Message')})")
        if got in codes:
            self.same(type(e).__name__, codes[got].name, f"the exception of {e.operation_name}")
            for name in codes[got].required_members:
                if name not in e.response and name.lower() not in map(str.lower, e.response["Error"]):
                    self.fail(f"{got} of {e.operation_name} has no {name}")
            status = codes[got].metadata.get("error", {}).get("httpStatusCode")
            if status:
                self.same(e.response["ResponseMetadata"]["HTTPStatusCode"], status, f"the status of {got}")
        elif model.service_name != "s3" and got not in ANYWHERE:
            self.fail(f"{e.operation_name} knows no error {got}, only {sorted(codes)}")

    def until(self, want, ask):
        deadline = time.monotonic() + 60
        while (got := ask()) != want:
            if time.monotonic() > deadline:
                return self.fail(f"it stays {got!r}, not {want!r}")
            time.sleep(0.1)

    def end(self, client):
        refuse(self, client)
        for name in sorted(self.wanted - self.called):
            self.note(f"{name} is supported and was not called")
        sys.exit(1 if self.wrong else 0)
