@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """The database, for what no request does."""
    database = Database(settings.database_url.get_secret_value())
    yield database
    database.close()


@pytest.fixture
def mails(settings: Settings, database: Database) -> Callable[[], list[EmailMessage]]:
    """Do the jobs that are due; gives the mails that they send."""
    return partial(do_jobs, settings, database)


@pytest.fixture
def sign_up(client: TestApp) -> Callable[[], dict[str, str]]:
    """Make an account; gives the headers by which requests are its own."""
    numbers = count(1)

    def sign_up() -> dict[str, str]:
        account = {"email": f"user{next(numbers)}@example.com", "password": PASSWORD}
        client.post_json("/api/v1/users", account, status=201)
        token = client.post_json("/api/v1/tokens", account, status=201).json["access_token"]
        return {"Authorization": f"Bearer {token}"}

    return sign_up


@pytest.fixture
def account(sign_up: Callable[[], dict[str, str]]) -> dict[str, str]:
    """The headers of an account."""
    return sign_up()


@pytest.fixture
def signed_in(client: TestApp, account: dict[str, str]) -> TestApp:
    """The client, signed in to that account."""
    client.authorization = ("Bearer", account["Authorization"].removeprefix("Bearer "))
    return client
