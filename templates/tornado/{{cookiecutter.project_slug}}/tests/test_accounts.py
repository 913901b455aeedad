"""Accounts: signing up, in and out."""

from service import ServiceTestCase, read

from {{ cookiecutter.__package_name }}.accounts.events import valid_tokens
from {{ cookiecutter.__package_name }}.infrastructure.security.digests import (
    digest,
)

ADA = {"email": "ada@example.com", "password": "correct horse battery"}
WRONG = {**ADA, "password": "wrong"}
USERS, TOKENS = "/api/v1/users", "/api/v1/tokens"


class AccountsTest(ServiceTestCase):
    def test_a_user_signs_up_in_and_out(self) -> None:
        user = self.call("POST", USERS, {**ADA, "email": "Ada@Example.com"})
        assert user.code == 201
        assert read(user)["email"] == "ada@example.com"
        elsewhere = {**ADA, "email": "ADA@example.com"}
        token = read(self.call("POST", TOKENS, elsewhere))["access_token"]
        # Who signs in again stays signed in there.
        self.call("POST", TOKENS, ADA)
        account = {**read(user), "email_verified_at": None, "is_admin": False}
        assert read(self.call("GET", f"{USERS}/me", token=token)) == account
        assert self.call("DELETE", f"{TOKENS}/current", token=token).code == 204
        assert self.call("GET", f"{USERS}/me", token=token).code == 401

    def test_an_address_is_taken_once_however_it_is_written(self) -> None:
        self.call("POST", USERS, ADA)
        response = self.call("POST", USERS, {**ADA, "email": "ADA@example.com"})
        assert response.code == 409
        assert read(response)["detail"] == "There is an account with this e-mail address."

    def test_what_is_wrong_with_credentials_is_said(self) -> None:
        for change, pointer in (
            ({"email": "ada"}, "/email"),
            ({"email": 1}, "/email"),
            ({"email": "ädä@example.com"}, "/email"),
            ({"password": "x" * 11}, "/password"),
            ({"email": "Ada <ada@example.com>"}, "/email"),
            ({"password": "password1234"}, "/password"),
            ({"password": "x" * 129}, "/password"),
            ({"admin": True}, "/admin"),
        ):
            response = self.call("POST", USERS, {**ADA, **change})
            assert response.code == 422
            assert [error["pointer"] for error in read(response)["errors"]] == [pointer]

    def test_all_spellings_of_a_domain_are_one(self) -> None:
        user = self.call("POST", USERS, {**ADA, "email": "ada@exämple.com"})
        assert read(user)["email"] == "ada@xn--exmple-cua.com"
        for spelt, status in {"ADA@EXÄMPLE.com": 201, "ada@exämple..com": 401}.items():
            assert self.call("POST", TOKENS, {**ADA, "email": spelt}).code == status

    def test_a_body_that_is_no_json_is_malformed(self) -> None:
        for body in ("", "{", '"\\ud800"'):
            headers = {"Content-Type": "application/json"}
            assert self.fetch(USERS, method="POST", body=body, headers=headers).code == 400
            assert self.fetch(USERS, method="POST", body=body).code == 415

    def test_a_wrong_password_and_an_unknown_address_are_answered_alike(self) -> None:
        self.call("POST", USERS, ADA)
        wrong = self.call("POST", TOKENS, WRONG)
        unknown = self.call("POST", TOKENS, {**ADA, "email": "bob@example.com"})
        assert wrong.code == unknown.code == 401
        assert read(wrong)["detail"] == read(unknown)["detail"]

    def test_who_guesses_passwords_has_to_wait(self) -> None:
        codes = [self.call("POST", TOKENS, WRONG).code for _ in range(11)]
        assert codes == [401] * 10 + [429]
        refused = self.call("POST", TOKENS, ADA)
        assert 1 <= int(refused.headers["Retry-After"]) <= 60

    def test_without_a_good_token_nobody_is_signed_in(self) -> None:
        for given in ({}, {"Authorization": "Bearer"}, {"Authorization": "Basic QWRh"}):
            response = self.call("GET", f"{USERS}/me", **given)
            assert response.code == 401
            assert response.headers["WWW-Authenticate"] == "Bearer"
        assert self.call("GET", f"{USERS}/me", token="nonsense").code == 401

    def test_a_token_is_valid_until_it_is_revoked(self) -> None:
        token = self.sign_up()
        kept = digest(token)
        database = self.app.settings["services"].database
        for valid in ({kept}, set()):
            found = self.io_loop.run_sync(lambda: valid_tokens(database, {kept, b"nonsense"}))
            assert found == valid
            self.call("DELETE", f"{TOKENS}/current", token=token)
