{% raw %}<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{name}}</title>
<link rel="icon" href="data:,">
</head>
<body>
<h1>{{name}}</h1>
<p>{{description}}</p>
<p>Version {{version}}</p>
<ul>
<li><a href="{{url('docs')}}">The API, documented</a></li>
<li><a href="{{url('readyz')}}">Is the service ready?</a></li>
</ul>
</body>
</html>
{% endraw %}
